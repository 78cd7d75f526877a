import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { TimelineEntry } from '@/api/types';
import { useFormat } from '@/app/ui';
import { useKyc, useStatuses } from '@/data/lookups';
import { useNames } from '@/data/names';
import { usePipelines } from '@/data/pipelines';
import { Diff, type DiffLine } from '../../Diff';
import { hueOrGrey, StatusPill } from '../../StatusPill';
import { Tags } from '../InlineTags';
import type { Story } from './story';
import c from './timeline.module.css';

export type Kind = 'client' | 'lead' | 'contact' | 'deal' | 'opportunity';
const empty = (v: unknown) => v == null || v === '' || (Array.isArray(v) && !v.length);

/** "Anna changed the status from New to Active": one entry as somebody would tell it. */
export function Sentence({ entry, story, kind }: { entry: TimelineEntry; story: Story; kind: Kind }) {
  const { t } = useTranslation();
  const f = useFormat();
  const names = useNames();
  const who = <b dir="auto">{names.actor(entry.actor)}</b>;
  const say = (key: string, parts: Record<string, ReactNode> = {}, values: Record<string, unknown> = {}) => (
    <Trans
      i18nKey={`record.story.${key}`}
      values={values}
      components={Object.fromEntries(
        Object.entries({ who, ...parts }).map(([name, part]) => [name, <Part key={name} of={part} />]),
      )}
    />
  );
  const value = (field: string, v: unknown) => <bdi className={c.said}>{names.value(kind, field, v)}</bdi>;
  const another = t(kind === 'contact' ? 'record.anotherContact' : 'record.anotherClient');
  switch (story.kind) {
    case 'created':
    case 'deleted':
    case 'restored':
      return say(`${story.kind}_${kind}`);
    case 'converted':
      if (kind === 'client')
        return say(story.lead ? 'fromLead' : 'created_client', {
          lead: story.lead && <Link to={`/leads/${story.lead}`}>{t('record.theLead')}</Link>,
        });
      return say('toClient', {
        client: story.client ? (
          <Link to={`/clients/${story.client}`}>{t('record.aClient')}</Link>
        ) : (
          t('record.aClient')
        ),
      });
    case 'beside':
      return say(`${story.what}_${story.did}`, {
        what: (
          <span className={c.said}>
            <bdi>{entry.resource.label ?? t('record.anActivity')}</bdi>
          </span>
        ),
      });
    case 'sale':
      return say(`${story.what}_${story.did}`, {
        what: <Sale entry={entry} what={story.what} />,
        to: <Pill kind={story.what} field="stage" value={story.to} />,
      });
    case 'file':
      return say(`file_${story.did}`, {
        what: (
          <span className={c.said}>
            <bdi>{entry.resource.label ?? t('record.aFile')}</bdi>
          </span>
        ),
      });
    case 'merged':
      return say(kind === 'contact' ? 'merged_contact' : 'merged');
    case 'split':
    case 'splitOff':
    case 'mergedAway':
      return say(kind === 'contact' ? `${story.kind}_contact` : story.kind, {
        client: story.client ? (
          <Link to={`/${kind === 'contact' ? 'contacts' : 'clients'}/${story.client}`}>{another}</Link>
        ) : (
          another
        ),
      });
    case 'revealed':
      return say('revealed', {
        fields: <span className={c.said}>{story.fields.map((x) => names.field(kind, x)).join(', ')}</span>,
      });
    case 'status': {
      const pill = (v: unknown) => <Pill kind={kind} field={story.field} value={v} />;
      const parts = {
        field: <span className={c.said}>{names.field(kind, story.field)}</span>,
        from: pill(story.from),
        to: pill(story.to),
      };
      return say(empty(story.from) ? 'statusSet' : 'status', parts);
    }
    case 'owner': {
      const parts = { from: value('assigned_to', story.from), to: value('assigned_to', story.to) };
      if (empty(story.to)) return say('unassigned', parts);
      return say(empty(story.from) ? 'assigned' : 'reassigned', parts);
    }
    case 'due':
      return story.at
        ? say('due', { at: <span className={c.said}>{f.dateTime(story.at)}</span> })
        : say('dueCleared');
    case 'tags': {
      const parts = { added: <Tags tags={story.added} />, removed: <Tags tags={story.removed} /> };
      if (story.added.length && story.removed.length) return say('tagsBoth', parts);
      return story.added.length
        ? say('tagsAdded', parts, { count: story.added.length })
        : say('tagsRemoved', parts, { count: story.removed.length });
    }
    case 'field': {
      const { field, old, new: now } = story.line;
      const parts = {
        field: <span className={c.said}>{names.field(kind, field)}</span>,
        from: <del className={c.old}>{value(field, old)}</del>,
        to: value(field, now),
      };
      if (empty(now)) return say('cleared', parts);
      return say(empty(old) ? 'set' : 'changed', parts);
    }
    case 'fields':
      return say('changedMany', {}, { count: story.lines.length, n: f.int(story.lines.length) });
    default:
      return (
        <>
          {who} · {names.action(entry.action)}
        </>
      );
  }
}

/** Trans puts children of its own into its parts: what they show travels beside them. */
const Part = ({ of }: { of: ReactNode }) => of;

/** A deal by its name, and the way to it. */
function Sale({ entry, what }: { entry: TimelineEntry; what: 'deal' | 'opportunity' }) {
  const { t } = useTranslation();
  const name = <bdi>{entry.resource.label ?? t(`record.a_${what}`)}</bdi>;
  if (!entry.resource.id) return <span className={c.said}>{name}</span>;
  return <Link to={`/${what === 'deal' ? 'deals' : 'opportunities'}/${entry.resource.id}`}>{name}</Link>;
}

function Pill({ kind, field, value }: { kind: Kind; field: string; value: unknown }) {
  const { t, i18n } = useTranslation();
  const statuses = useStatuses(kind === 'client' ? 'client' : 'lead');
  const kyc = useKyc();
  const of = field === 'kyc_status' ? kyc : statuses;
  const stages = usePipelines().stageOptions;
  const key = String(value ?? '');
  const stage = field === 'stage' && stages.find((s) => s.value === key);
  if (stage) return <StatusPill label={stage.label} hue={hueOrGrey(stage.hue)} />;
  const own = `${kind}s.status.${key}`;
  // a contact's few states are the program's and not the company's
  if (kind === 'contact' && i18n.exists(own)) return <StatusPill label={t(own)} hue="grey" />;
  return <StatusPill label={of.label(key)} hue={of.hue(key)} />;
}

/** What does not fit into a sentence: the purpose, the reason, the note, several fields. */
export function Details({ story, kind }: { story: Story; kind: Kind }) {
  const { t } = useTranslation();
  const names = useNames();
  const said =
    story.kind === 'revealed'
      ? story.purpose
      : story.kind === 'status'
        ? story.reason
        : story.kind === 'due'
          ? story.note
          : story.kind === 'converted'
            ? story.message
            : story.kind === 'beside' || story.kind === 'sale'
              ? story.text
              : null;
  if (said)
    return (
      <p className={c.quote}>
        <bdi>{said}</bdi>
      </p>
    );
  const diff = (lines: DiffLine[]) => (
    <Diff
      lines={lines}
      label={(field) => names.field(kind, field)}
      value={(field, v) => names.value(kind, field, v)}
    />
  );
  if (story.kind === 'fields' || story.kind === 'other') return diff(story.lines);
  if (story.kind === 'merged' || story.kind === 'split')
    return (
      <>
        {diff(story.lines)}
        {story.moved.length > 0 && (
          <p className="dim">
            {t(story.kind === 'merged' ? 'record.movedHere' : 'record.movedBack', {
              what: story.moved.map(([what, count]) => t(`duplicates.moved.${what}`, { count })).join(', '),
            })}
          </p>
        )}
      </>
    );
  if (story.kind === 'created' && story.lines.length)
    return (
      <details className={c.more}>
        <summary>{t('record.withValues', { count: story.lines.length })}</summary>
        {diff(story.lines)}
      </details>
    );
  return null;
}
