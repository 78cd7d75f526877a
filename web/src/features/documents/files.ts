import type { DocumentType } from '@/api/types';

const BY_ENDING: Record<string, string> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heic',
};

/** Browsers leave the type of some files empty: then the ending tells. The server looks at the bytes anyway. */
export function contentTypeOf(file: { name: string; type: string }): string {
  const ending = file.name.split('.').at(-1)?.toLowerCase() ?? '';
  return file.type === 'image/heif' ? 'image/heic' : file.type || BY_ENDING[ending] || '';
}

/** A limit in whole powers of two, told as the round number that people expect. */
export const roundLimit = (bytes: number): number => (bytes / 1_048_576) * 1_000_000;

export type FileProblem = 'type' | 'large' | 'empty';

/** What is wrong with a file before a byte of it leaves. */
export function problemOf(
  file: { name: string; type: string; size: number },
  kind: Pick<DocumentType, 'content_types' | 'max_bytes'>,
): FileProblem | null {
  if (!kind.content_types.includes(contentTypeOf(file))) return 'type';
  if (file.size < 1) return 'empty';
  return file.size > kind.max_bytes ? 'large' : null;
}

/** For the file dialog: types and endings, since neither alone is known everywhere. */
export const acceptOf = (kind: Pick<DocumentType, 'content_types'>): string =>
  [
    ...kind.content_types,
    ...Object.entries(BY_ENDING)
      .filter(([, type]) => kind.content_types.includes(type))
      .map(([ending]) => `.${ending}`),
  ].join(',');

const WORDS: Record<string, string> = {
  'application/pdf': 'PDF',
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/webp': 'WebP',
  'image/heic': 'HEIC',
};
export const CONTENT_TYPES = Object.keys(WORDS);
/** `image/png` → `PNG`: a name, the same in every language. */
export const typeWord = (contentType: string): string => WORDS[contentType] ?? contentType;
