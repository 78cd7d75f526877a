// Pages in light, dark and Arabic and on a phone: axe, sideways scrolling, a picture where one is asked for.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axe, equal, ok, signIn, still } from './harness.mjs';

const PICTURES = process.env.SCREENSHOTS_DIR;
export const MODES = {
  light: { scheme: 'light', locale: 'en' },
  dark: { scheme: 'dark', locale: 'en' },
  arabic: { scheme: 'light', locale: 'ar' },
  phone: { scheme: 'light', locale: 'en', width: 390, height: 844, hasTouch: true },
  'phone-arabic': { scheme: 'dark', locale: 'ar', width: 390, height: 844, hasTouch: true },
};

export async function picture(page, name) {
  await still(page);
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Nothing makes a page scroll sideways. */
export async function fits(page, what = 'the page') {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  ok(over <= 0, `${what} is ${over} px wider than the window`);
}

/** Pages of a tenant in every look, each with the selector of what it is there with. */
export async function looks({ world, check, visitor, leave, user, slug = 'northwind', prefix = '' }, pages) {
  for (const [mode, options] of Object.entries(MODES)) {
    const who = await visitor(options);
    const { page } = who;
    await signIn(page, world.url(slug, '/account'), user);
    for (const [name, path, ready] of pages)
      await check(
        `${name}, ${mode}`,
        async () => {
          await page.goto(world.url(slug, path));
          await page.locator(ready).first().waitFor();
          await page.locator('.skeleton').first().waitFor({ state: 'detached' });
          await picture(page, `${prefix}${name}-${mode}`);
          await fits(page);
          equal((await axe(page)).join('\n'), '', 'axe');
        },
        { goOn: true, of: who },
      );
    await leave(who);
  }
}
