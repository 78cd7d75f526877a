import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiError, isApiError } from '@/api/errors';
import type { Captcha, CaptchaKind } from '@/api/public';
import { focusFirstInvalid } from '@/lib/forms';
import { useCaptcha } from '../captcha';

/** By field; the words are the form's business. */
export type FieldErrors = Partial<Record<string, string>>;
type Options<V> = {
  empty: V;
  captcha: CaptchaKind | undefined;
  /** What can be told before the server is asked. */
  check: (values: V) => FieldErrors;
  send: (values: V, captcha: Captcha | undefined) => Promise<unknown>;
  onSent: (values: V) => void;
  /** The server's complaints as errors of the fields; nothing when the form does not go on. */
  refused: (error: ApiError, set: (patch: Partial<V>) => void) => FieldErrors | null;
};

/** A form for visitors: judged field by field as they are left, sent once, with a captcha where one is asked for. */
export function useVisitorForm<V extends object>(options: Options<V>) {
  const { t } = useTranslation();
  const [values, setValues] = useState<V>(options.empty);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [busy, setBusy] = useState(false);
  const [captchaError, setCaptchaError] = useState<string>();
  const form = useRef<HTMLFormElement>(null);
  const captcha = useCaptcha(options.captcha, busy, captchaError);
  const clear = (...fields: string[]) =>
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([k]) => !fields.includes(k))));
  const set = (patch: Partial<V>) => {
    setValues((old) => ({ ...old, ...patch }));
    clear(...Object.keys(patch));
  };
  const refuse = (found: FieldErrors) => {
    setErrors(found);
    focusFirstInvalid(form.current?.parentElement ?? document);
  };
  const send = useMutation({
    meta: { silent: true },
    mutationFn: async () => {
      setBusy(true);
      return options.send(values, await captcha.take());
    },
    onSettled: () => setBusy(false),
    onSuccess: () => options.onSent(values),
    onError: (error) => {
      if (!isApiError(error)) return;
      const found = options.refused(error, set);
      if (!found) return;
      if ('captcha' in error.fields) setCaptchaError(t('captcha.failed'));
      if (Object.keys(found).length) refuse(found);
    },
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    const found = options.check(values);
    setCaptchaError(undefined);
    if (Object.keys(found).length) refuse(found);
    else if (captcha.waiting) setCaptchaError(t('captcha.solve'));
    else send.mutate();
  };
  return {
    values,
    errors,
    set,
    clear,
    /** Each field is judged when it is left, not while it is being typed. */
    leave: (field: keyof V & string) => () => {
      const found = options.check(values)[field];
      if (found && values[field]) setErrors((old) => ({ ...old, [field]: found }));
    },
    captcha: captcha.element,
    sending: send.isPending,
    /** What is about no field. */
    failure: Object.keys(errors).length || captchaError ? null : send.error,
    form: { ref: form, onSubmit: submit, onFocus: captcha.begin, noValidate: true },
  };
}
