/** The set-up started from this browser: a second click on the mail's link then leads back to it. */
const KEY = 'brokerdesk.provisioning';

export function rememberProvisioning(id: string): void {
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // private windows may refuse: then the page simply knows less
  }
}

export function lastProvisioning(): string | null {
  try {
    const id = localStorage.getItem(KEY);
    return id && /^[\w-]{1,64}$/.test(id) ? id : null;
  } catch {
    return null;
  }
}
