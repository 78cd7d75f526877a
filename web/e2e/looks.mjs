// Pages in light, dark and Arabic and on a phone: axe, sideways scrolling, a picture where one is asked for.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { axe, equal, ok, signIn, still } from './harness.mjs';

const PICTURES = process.env.SCREENSHOTS_DIR;
const PHONE = { width: 390, height: 844, hasTouch: true };
export const MODES = {
  light: { scheme: 'light', locale: 'en' },
  dark: { scheme: 'dark', locale: 'en' },
  arabic: { scheme: 'light', locale: 'ar' },
  phone: { scheme: 'light', locale: 'en', ...PHONE },
  'phone-arabic': { scheme: 'dark', locale: 'ar', ...PHONE },
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

/**
 * The other scheme on a page that is open, the way it comes from another tab. Until it is turned `back`, axe judges its
 * colours only: nothing else is another than a moment ago.
 */
export async function turn(page, scheme, back = false) {
  await page.evaluate(
    ([newValue, turned]) => {
      window.e2eTurned = turned;
      const key = 'mantine-color-scheme-value';
      localStorage.setItem(key, newValue);
      window.dispatchEvent(new StorageEvent('storage', { key, newValue, storageArea: localStorage }));
    },
    [scheme, !back],
  );
  await page.waitForFunction((s) => document.documentElement.dataset.mantineColorScheme === s, scheme);
}

/** A page in light, and the same in dark without loading it again: a scheme is colours and nothing else. */
export async function inBoth(page, judge) {
  await judge('light');
  await turn(page, 'dark');
  await judge('dark');
  await turn(page, 'light', true);
}

/**
 * What is left of the looks for what was worked through in light already: Arabic, in both schemes, and a narrow window.
 * `judge` takes what is asked of a page and asks it in each scheme.
 */
export const OTHER_LOOKS = [
  { look: 'Arabic, light and dark', options: { locale: 'ar' }, judge: inBoth },
  { look: 'a narrow window', options: { width: 390, height: 844 }, judge: (_, ask) => ask('light') },
];

/**
 * Pages of a tenant in every look, each with the selector of what it is there with, and what else is looked at there.
 * Two people see all of it, one with a window and one with a phone.
 */
export async function looks({ world, check, visitor, leave, user, slug = 'northwind', prefix = '' }, pages) {
  for (const [options, rounds] of [
    [{}, [['light', 'dark'], ['arabic']]],
    [PHONE, [['phone'], ['phone-arabic']]],
  ]) {
    const who = await visitor(options);
    const { page } = who;
    await signIn(page, world.url(slug, '/account'), user);
    for (const round of rounds) {
      const { scheme, locale } = MODES[round[0]];
      await page.evaluate(
        ([s, l]) => {
          localStorage.setItem('mantine-color-scheme-value', s);
          localStorage.setItem('brokerdesk.locale', l);
        },
        [scheme, locale],
      );
      for (const [name, path, ready, more] of pages)
        for (const mode of round)
          await check(
            `${name}, ${mode}`,
            async () => {
              if (mode === round[0]) await page.goto(world.url(slug, path));
              else await turn(page, MODES[mode].scheme);
              await page.locator(ready).first().waitFor();
              await page.locator('.skeleton').first().waitFor({ state: 'detached' });
              equal(await page.evaluate(() => document.documentElement.lang), locale, 'the language');
              await picture(page, `${prefix}${name}-${mode}`);
              await more?.(page, mode);
              await fits(page);
              equal((await axe(page)).join('\n'), '', 'axe');
              if (mode !== round[0]) await turn(page, scheme, true);
            },
            { goOn: true, of: who },
          );
    }
    await leave(who);
  }
}
