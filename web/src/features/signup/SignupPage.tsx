import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { platform } from '@/api/platform';
import { useSlugCheck } from '@/components/onboarding/useSlugCheck';
import { useTitle } from '@/components/page/useTitle';
import { useView } from '@/components/page/useView';
import { focusFirstInvalid } from '@/lib/forms';
import { BrandStep } from './BrandStep';
import { CheckMail } from './CheckMail';
import { CompanyStep } from './CompanyStep';
import {
  type Draft,
  type Errors,
  loadDraft,
  missing,
  reachable,
  type Step,
  saveDraft,
  serverErrors,
  withTemplate,
} from './draft';
import { Preview } from './Preview';
import c from './SignupPage.module.css';
import { Stepper } from './Stepper';
import { YouStep } from './YouStep';

type View = { step: Step };
const readView = (raw: Record<string, unknown>): View => {
  const n = Number(raw.step);
  return { step: n === 2 || n === 3 ? n : 1 };
};

export function SignupPage() {
  const { t } = useTranslation();
  useTitle(t('signup.tab'));
  const [draft, setDraft] = useState<Draft>(loadDraft);
  const [password, setPassword] = useState('');
  const [errors, setErrors] = useState<Errors>({});
  const [view, setView] = useView(readView);
  const step: Step = Math.min(view.step, reachable(draft)) as Step;
  const slugState = useSlugCheck(draft.slug);
  const heading = useRef<HTMLHeadingElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const templates = useQuery({
    queryKey: ['templates'],
    queryFn: ({ signal }) => platform.templates(signal),
    staleTime: 5 * 60_000,
  });

  useEffect(() => saveDraft(draft), [draft]);
  const first = templates.data?.[0];
  useEffect(() => {
    if (first && !draft.template) setDraft((d) => withTemplate(d, first.name, first.branding?.primary));
  }, [first, draft.template]);

  const change = (next: (d: Draft) => Draft, ...fields: (keyof Errors)[]) => {
    setDraft(next);
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([k]) => !fields.includes(k as never))));
  };
  const go = (to: Step) => {
    setView({ step: to });
    requestAnimationFrame(() => heading.current?.focus());
  };
  const refuse = (found: Errors) => {
    setErrors(found);
    focusFirstInvalid(form.current?.parentElement ?? document);
  };

  const send = useMutation({
    meta: { silent: true },
    mutationFn: () =>
      platform.signup({
        company: draft.company.trim(),
        slug: draft.slug,
        name: draft.name.trim(),
        email: draft.email.trim(),
        password,
        template: draft.template,
        branding: { primary: draft.primary, ...(draft.logo ? { logo_url: draft.logo } : {}) },
      }),
    onSuccess: (answer) => {
      setPassword('');
      setDraft((d) => ({ ...d, sent: { id: answer.signup_id, email: d.email.trim(), slug: d.slug } }));
    },
    onError: (error) => {
      if (!isApiError(error)) return;
      if (hasCode(error, 'slug_taken', 'slug_reserved', 'slug_invalid')) {
        go(1);
        refuse({ slug: error.code });
        return;
      }
      const { errors: found, step: where } = serverErrors(error.fields);
      if (where && where !== step) go(where);
      if (where) refuse(found);
    },
  });

  const submit = () => {
    const found = missing(step, draft, password);
    if (step === 1 && (slugState === 'slug_taken' || slugState === 'slug_reserved')) found.slug = slugState;
    if (Object.keys(found).length) return refuse(found);
    setErrors({});
    if (step < 3) go((step + 1) as Step);
    else send.mutate();
  };

  if (draft.sent)
    return (
      <CheckMail
        sent={draft.sent}
        onChange={() => {
          send.reset();
          setDraft((d) => ({ ...d, sent: null }));
          setView({ step: 3 });
        }}
      />
    );

  const text = (code: string | undefined) =>
    code ? t([`signup.error.${code}`, `onboarding.slug.${code}`], { defaultValue: code }) : undefined;
  const texts = Object.fromEntries(Object.entries(errors).map(([k, v]) => [k, text(v)])) as Errors;
  const template = templates.data?.find((x) => x.name === draft.template);
  return (
    <div className={c.page}>
      <section className={c.form}>
        <div className={c.inner}>
          <Stepper step={step} max={reachable(draft)} onGo={go} />
          <h1 className={c.title} ref={heading} tabIndex={-1}>
            {t(`signup.step${step}.title`)}
          </h1>
          <p className={c.lead}>{t(`signup.step${step}.lead`)}</p>
          <form
            ref={form}
            noValidate
            onSubmit={(e) => {
              e.preventDefault();
              submit();
            }}
          >
            {step === 1 && (
              <CompanyStep
                draft={draft}
                change={change}
                errors={texts}
                slugState={slugState}
                templates={templates}
              />
            )}
            {step === 2 && <BrandStep draft={draft} change={change} errors={texts} onBack={() => go(1)} />}
            {step === 3 && (
              <YouStep
                draft={draft}
                change={change}
                errors={texts}
                password={password}
                onPassword={(value) => {
                  setPassword(value);
                  setErrors(({ password: _, ...rest }) => rest);
                }}
                busy={send.isPending}
                failure={send.error}
                onBack={() => go(2)}
              />
            )}
          </form>
        </div>
      </section>
      <aside className={c.stage} aria-label={t('signup.preview.label')}>
        <Preview
          name={draft.company.trim()}
          slug={draft.slug}
          primary={draft.primary}
          logo={draft.logo}
          user={draft.name.trim()}
          template={template?.name ?? 'forex-broker'}
        />
      </aside>
    </div>
  );
}
