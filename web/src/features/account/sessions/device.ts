/** The picture beside a device, from the server's words for it ("Safari on iPhone"). */
export function deviceKind(device: string): 'phone' | 'tablet' | 'desktop' {
  if (/ipad|tablet/i.test(device)) return 'tablet';
  return /iphone|android|mobile|ios/i.test(device) ? 'phone' : 'desktop';
}

/** The one of the server's words that is a sentence and not a name. */
export const isUnknown = (device: string): boolean => !device || device === 'Unknown device';
