/** Why somebody needs a hidden value. `other` asks for words of one's own. */
export const PURPOSES = ['call', 'identity', 'documents', 'other'] as const;
export type Purpose = (typeof PURPOSES)[number];

export const SHORTEST = 3;
export const LONGEST = 200;

/** The audit log is read by others: it holds these words in English, whatever language they were chosen in. */
const WORDS: Record<Exclude<Purpose, 'other'>, string> = {
  call: 'Call back',
  identity: 'Verify identity',
  documents: 'Send documents',
};

/** What is sent to the server, or null as long as it would not be accepted. */
export function purposeText(purpose: Purpose, own: string): string | null {
  const text = purpose === 'other' ? own.trim() : WORDS[purpose];
  return text.length >= SHORTEST && text.length <= LONGEST ? text : null;
}

/** Seconds left of a value that is shown until a moment. */
export const secondsLeft = (until: number, now: number): number =>
  Math.max(0, Math.ceil((until - now) / 1000));
