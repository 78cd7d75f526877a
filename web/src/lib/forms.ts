import i18next from 'i18next';
import { type FieldErrors, isApiError } from '@/api/errors';

type ErrorSink = { setErrors: (errors: Record<string, string>) => void };

/** Puts the server's field errors on the form and the focus on the first one. False when there was none to show. */
export function applyServerErrors(form: ErrorSink, error: unknown, known: readonly string[]): boolean {
  if (!isApiError(error)) return false;
  const shown = pickErrors(error.fields, known);
  if (!Object.keys(shown).length) return false;
  form.setErrors(shown);
  focusFirstInvalid();
  return true;
}

export function pickErrors(fields: FieldErrors, known: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([key, messages]) => known.includes(key) && messages.length)
      .map(([key, messages]) => [key, fieldText(messages[0] as string)]),
  );
}

const KNOWN: [RegExp, string][] = [
  [/already exists|already in use|belongs to another/, 'taken'],
  [/^is required/, 'required'],
  [/e-mail address/, 'email'],
  [/phone number/, 'phone'],
  [/^is not a date/, 'date'],
  [/longer than (\d+)/, 'long'],
  [/at least (\d+)/, 'short'],
  [/too easy to guess/, 'easy'],
];

/** The server speaks English and continues the field's name ("is required"): here it becomes a sentence of its own. */
export function fieldText(message: string): string {
  for (const [pattern, key] of KNOWN) {
    const found = pattern.exec(message);
    if (found) return i18next.t(`components.fieldError.${key}`, { count: Number(found[1] ?? 0) });
  }
  return /^(is|must|has|contains) /.test(message) ? `This ${message}.` : message;
}

/** After the errors are painted: focus the first invalid control of the open form. */
export function focusFirstInvalid(root: ParentNode = document): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const marked = root.querySelector<HTMLElement>('form [aria-invalid="true"], form [data-error="true"]');
      // some fields mark their frame, not the control inside it
      const control = marked?.matches('input,textarea,select,button')
        ? marked
        : marked?.querySelector<HTMLElement>('input,textarea,select');
      (control ?? marked)?.focus();
    }),
  );
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;
export const isEmail = (value: string): boolean => EMAIL.test(value.trim());
