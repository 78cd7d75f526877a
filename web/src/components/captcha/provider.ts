/** The widgets of hCaptcha and Turnstile: the same few calls under two names. */
export type ProviderKind = 'hcaptcha' | 'turnstile';
export type Widget = {
  render: (
    element: HTMLElement,
    options: {
      sitekey: string;
      theme: 'light' | 'dark';
      callback: (token: string) => void;
      'expired-callback': () => void;
      'error-callback': () => void;
      hl?: string;
      language?: string;
    },
  ) => string;
  reset: (id: string) => void;
  remove: (id: string) => void;
};

const SCRIPTS: Record<ProviderKind, string> = {
  hcaptcha: 'https://js.hcaptcha.com/1/api.js?render=explicit',
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit',
};
const loading = new Map<ProviderKind, Promise<Widget>>();

/** The provider's script, loaded once and only on a page that asks for it. */
export function loadProvider(kind: ProviderKind): Promise<Widget> {
  const known = loading.get(kind);
  if (known) return known;
  const work = new Promise<Widget>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = SCRIPTS[kind];
    script.async = true;
    script.onload = () => {
      const widget = (window as unknown as Record<string, Widget | undefined>)[kind];
      if (widget) resolve(widget);
      else reject(new Error(kind));
    };
    script.onerror = () => reject(new Error(kind));
    document.head.append(script);
  });
  work.catch(() => loading.delete(kind));
  loading.set(kind, work);
  return work;
}
