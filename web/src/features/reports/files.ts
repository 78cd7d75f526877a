import { tenantApi as api, type Query, queryString } from '@/api/client';

function save(href: string, name: string) {
  const a = document.createElement('a');
  a.href = href;
  a.download = name;
  document.body.append(a);
  a.click();
  a.remove();
}

/** The server's own file: it has every row, and the log says who took it. */
export async function downloadCsv(part: string, params: Query): Promise<void> {
  const res = await api.raw(`/reports/sales/${part}.csv${queryString(params)}`);
  const name = /filename="([^"]+)"/.exec(res.headers.get('content-disposition') ?? '')?.[1] ?? `${part}.csv`;
  const url = URL.createObjectURL(await res.blob());
  save(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const STYLES = [
  'fill',
  'stroke',
  'stroke-width',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
];

/** A picture that needs no style sheet: what the page has computed stands in each element. */
function standalone(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [svg.querySelectorAll('*'), copy.querySelectorAll('*')];
  from.forEach((el, i) => {
    const style = getComputedStyle(el);
    const target = to[i] as SVGElement;
    for (const name of STYLES) target.style.setProperty(name, style.getPropertyValue(name));
    target.removeAttribute('class');
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return copy;
}

const PADDING = 16;
const TITLE = 32;
/** A line of the legend, a mark with the gap to its word, and the gap to the next one. */
const LINE = 20;
const MARK = 16;
const GAP = 16;

/** Where the words of a legend stand, line by line, from where reading begins. */
export function legendPlaces(widths: readonly number[], room: number): { at: number; line: number }[] {
  let [at, line] = [0, 0];
  return widths.map((width) => {
    if (at > 0 && at + MARK + width > room) [at, line] = [0, line + 1];
    const place = { at, line };
    at += MARK + width + GAP;
    return place;
  });
}

/** The words beside a chart that say what its colours are. */
const legendOf = (svg: SVGSVGElement) =>
  [...(svg.closest('[data-chart]')?.querySelectorAll('[data-legend] > span') ?? [])].map((item) => {
    const mark = item.querySelector('i');
    return {
      text: item.textContent ?? '',
      colour: mark ? getComputedStyle(mark).backgroundColor : 'transparent',
    };
  });

/** The chart with its title, twice as fine as on the screen. */
export async function downloadPng(svg: SVGSVGElement, title: string, name: string): Promise<void> {
  const { width, height } = svg.getBoundingClientRect();
  const copy = standalone(svg);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  const ctx = canvas.getContext('2d');
  if (!ctx) return;
  const style = getComputedStyle(svg);
  const words = `12px ${style.fontFamily}`;
  ctx.font = words;
  const legend = legendOf(svg);
  const places = legendPlaces(
    legend.map(({ text }) => ctx.measureText(text).width),
    width,
  );
  const above = TITLE + (places.length ? ((places.at(-1)?.line ?? 0) + 1) * LINE : 0);
  canvas.width = (width + 2 * PADDING) * 2;
  canvas.height = (height + 2 * PADDING + above) * 2;
  const page = getComputedStyle(document.documentElement);
  const rtl = document.documentElement.dir === 'rtl';
  ctx.scale(2, 2);
  ctx.fillStyle = page.getPropertyValue('--surface').trim();
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = page.getPropertyValue('--text').trim();
  ctx.font = `600 14px ${style.fontFamily}`;
  ctx.textAlign = rtl ? 'right' : 'left';
  ctx.fillText(title, rtl ? width + PADDING : PADDING, PADDING + 14);
  ctx.font = words;
  const text = ctx.fillStyle;
  legend.forEach((item, i) => {
    const { at = 0, line = 0 } = places[i] ?? {};
    const y = PADDING + TITLE + line * LINE;
    ctx.fillStyle = item.colour;
    ctx.fillRect(rtl ? width + PADDING - at - 10 : PADDING + at, y - 4, 10, 10);
    ctx.fillStyle = text;
    ctx.fillText(item.text, rtl ? width + PADDING - at - MARK : PADDING + at + MARK, y + 5);
  });
  ctx.drawImage(image, PADDING, PADDING + above, width, height);
  save(canvas.toDataURL('image/png'), name);
}
