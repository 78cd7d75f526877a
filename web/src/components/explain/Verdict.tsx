import { IconCheck, IconChevronRight, IconLock, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { SkeletonLines } from '../Skeletons';
import { ErrorState } from '../States';
import { StatusPill } from '../StatusPill';
import c from './explain.module.css';
import { splitLine, uniqueSteps } from './questions';
import type { Explanation } from './types';
import { useAccessWords } from './words';

type Props = {
  title: string;
  answer?: Explanation;
  error?: unknown;
  onRetry?: () => void;
  /** The reasoning is shown at once. */
  open?: boolean;
};

/** One question with its answer: yes or no, the line of the role that says so, and how the answer was found. */
export function Verdict({ title, answer, error, onRetry, open }: Props) {
  const { t } = useTranslation();
  const words = useAccessWords();
  if (error) return <ErrorState error={error} onRetry={onRetry} compact />;
  if (!answer)
    return (
      <div className={c.verdict}>
        <SkeletonLines lines={2} gap={10} />
      </div>
    );
  // whoever does not reach the record sees nothing of its fields, whatever their level
  const level = answer.allowed ? answer.level : answer.level && 'hidden';
  const value = level ?? answer.scope;
  const yes = answer.allowed && level !== 'hidden';
  const tone = !yes ? 'neg' : level === 'masked' ? 'warn' : 'pos';
  const Icon = { pos: IconCheck, warn: IconLock, neg: IconX }[tone];
  const line = answer.rule ? splitLine(answer.rule.line) : null;
  return (
    <details className={c.verdict} open={open}>
      <summary>
        <span className={c.mark} data-tone={tone}>
          <Icon size={14} stroke={2.4} aria-hidden />
        </span>
        <span className={c.question}>
          {title}
          <span className="sr-only">: {t(yes ? 'explain.yes' : 'explain.no')}</span>
        </span>
        {value && <StatusPill label={words.value(value)} hue={words.hue(value)} />}
        <IconChevronRight size={14} className={`${c.chevron} flip`} aria-hidden />
      </summary>
      <div className={c.why}>
        <p className={c.reason}>
          <bdi lang="en">{answer.reason}</bdi>
        </p>
        {answer.rule && (
          <p className={c.rule}>
            <span>{t('explain.rule')}</span>
            <b dir="auto">{answer.rule.role.name}</b>
            <span aria-hidden>·</span>
            {line ? (
              <>
                <span>{words.either(line.key)}</span>
                <StatusPill label={words.value(line.value)} hue={words.hue(line.value)} />
              </>
            ) : (
              <bdi>{answer.rule.line}</bdi>
            )}
          </p>
        )}
        {answer.steps.length > 0 && (
          <ol className={c.steps} aria-label={t('explain.steps')}>
            {uniqueSteps(answer.steps).map((step) => (
              <li key={step.text} data-ok={step.ok}>
                {step.ok ? (
                  <IconCheck size={14} stroke={2.2} aria-hidden />
                ) : (
                  <IconX size={14} stroke={2.2} aria-hidden />
                )}
                <span className="sr-only">{t(step.ok ? 'explain.stepOk' : 'explain.stepNot')} </span>
                <span>
                  <bdi lang="en">{step.text}</bdi>
                </span>
              </li>
            ))}
          </ol>
        )}
      </div>
    </details>
  );
}
