// The list of clients and the dashboard in a browser, as numbers: `node bench/list.mjs <tenant's address> <e-mail> <password> <rounds>`
// prints one JSON object. `make bench` calls it.
import { launch, signIn } from '../e2e/harness.mjs';

const [address, email, password, rounds = '3'] = process.argv.slice(2);
const SLOW_CPU = 4;
const LINE = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 };
const SCROLL_MS = 4_000;
const STEP = 160;

const browser = await launch();
const told = { kilobytes: [], largest_paint_ms: [], scroll_fps: [], edit_ms: [], dashboard_ms: [] };
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await signIn(page, `${address}/clients`, { email, password });
  for (let round = 0; round < Number(rounds); round += 1) {
    await firstLoad(context);
    await page.goto(`${address}/clients`);
    await page.locator('[data-row]').first().waitFor();
    told.scroll_fps.push(await scroll(page));
    told.edit_ms.push(await edit(page));
    told.dashboard_ms.push(await dashboard(page));
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(told));

/** Nothing cached but the session, over a slow line, on a slow machine. */
async function firstLoad(context) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  let bytes = 0;
  devtools.on('Network.loadingFinished', (e) => {
    bytes += e.encodedDataLength;
  });
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await devtools.send('Network.emulateNetworkConditions', LINE);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOW_CPU });
  await page.addInitScript(() => {
    window.largestPaint = 0;
    new PerformanceObserver((list) => {
      for (const e of list.getEntries()) window.largestPaint = e.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  });
  await page.goto(`${address}/clients`);
  await page.locator('[data-row]').first().waitFor();
  // what paints last is the rows: a moment for the observer to tell
  await page.waitForTimeout(1_500);
  told.largest_paint_ms.push(await page.evaluate(() => window.largestPaint));
  told.kilobytes.push(bytes / 1024);
  await page.close();
}

/** Frames per second while the list moves on by four rows a frame; the next pages are read meanwhile. */
function scroll(page) {
  return page.getByTestId('grid').evaluate(
    (grid, [ms, step]) =>
      new Promise((resolve) => {
        let frames = 0;
        const begun = performance.now();
        const frame = (now) => {
          frames += 1;
          grid.scrollBy(0, step);
          if (now - begun < ms) requestAnimationFrame(frame);
          else resolve((frames / (now - begun)) * 1_000);
        };
        requestAnimationFrame(frame);
      }),
    [SCROLL_MS, STEP],
  );
}

/** From the address to the frame that shows the figures, in the page's own time; nothing is slowed down. */
async function dashboard(page) {
  await page.goto(`${address}/dashboard`);
  await page.locator('[data-bar]').first().waitFor();
  const shown = () =>
    page.evaluate(async () => {
      await new Promise(requestAnimationFrame);
      return performance.now();
    });
  return shown();
}

/** From the click on another status to the frame that shows it, in the page's own time. */
async function edit(page) {
  await page.getByTestId('grid').evaluate((grid) => grid.scrollTo(0, 0));
  const pill = page.locator('[data-row] [data-col="status"] [data-edit]').first();
  await pill.click();
  await page.getByTestId('pick-menu').waitFor();
  return page.evaluate(async () => {
    const pill = document.querySelector('[data-row] [data-col="status"] [data-edit]');
    const before = pill.textContent;
    const other = [...document.querySelectorAll('[data-testid="pick-menu"] [role="option"]')].find(
      // the pill says after its word what a click does
      (o) => !before.startsWith(o.textContent),
    );
    const begun = performance.now();
    other.click();
    for (;;) {
      const now = await new Promise(requestAnimationFrame);
      const shown = document.querySelector('[data-row] [data-col="status"] [data-edit]').textContent;
      // the frame after the one in which it changed is the one on the screen
      if (shown !== before) return (await new Promise(requestAnimationFrame)) - begun;
      if (now - begun > 5_000) throw new Error('the edit is not shown');
    }
  });
}
