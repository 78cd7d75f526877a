/** The nonce the server wrote into the page; the style elements that libraries add at run time carry it. */
export function cspNonce(): string {
  const value = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
  return value.startsWith('__') ? '' : value;
}

/** The scroll lock of dialogs takes its nonce from this well-known global. */
export function publishNonce(): void {
  const nonce = cspNonce();
  if (nonce) (globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;
}
