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
  canvas.width = (width + 2 * PADDING) * 2;
  canvas.height = (height + 2 * PADDING + TITLE) * 2;
  const ctx = canvas.getContext('2d');
  if (!ctx) return;
  const style = getComputedStyle(svg);
  const page = getComputedStyle(document.documentElement);
  const rtl = document.documentElement.dir === 'rtl';
  ctx.scale(2, 2);
  ctx.fillStyle = page.getPropertyValue('--surface').trim();
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = page.getPropertyValue('--text').trim();
  ctx.font = `600 14px ${style.fontFamily}`;
  ctx.textAlign = rtl ? 'right' : 'left';
  ctx.fillText(title, rtl ? width + PADDING : PADDING, PADDING + 14);
  ctx.drawImage(image, PADDING, PADDING + TITLE, width, height);
  save(canvas.toDataURL('image/png'), name);
}
