import { useTranslation } from 'react-i18next';
import type { Lead, LeadPatch } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Dash, isProtected, Masked, RelativeTime, StatusPill, toast } from '@/components';
import { CustomFacts } from '@/components/custom';
import { Fact, Facts, FollowUp, InlinePick, InlineTags, InlineText, OwnerFacts } from '@/components/record';
import { Revealable } from '@/components/reveal';
import { useCountryOptions } from '@/data/countries';
import { humanise, useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import { useUpdateLead } from './query';

type Props = {
  lead: Lead;
  editable: boolean;
  /** A step to another status: it may have to be asked about first. */
  onStatus: (status: string) => void;
};

export function LeadFacts({ lead, editable, onStatus }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const statuses = useStatuses('lead');
  const countries = useCountryOptions();
  const update = useUpdateLead();
  const pick = (patch: LeadPatch, shown?: Partial<Lead>) =>
    update.mutate({ lead, patch, shown }, { onError: (e) => toast.failure(e) });
  const label = (field: string) => t(`leads.field.${field}`);
  const text = (field: 'first_name' | 'last_name' | 'email' | 'phone' | 'source') => ({
    field,
    label: label(field),
    value: lead[field],
    readOnly: !editable || isProtected(lead, field),
    onSave: (v: string) => update.mutateAsync({ lead, patch: { [field]: v || null } as LeadPatch }),
  });
  return (
    <>
      <Facts title={t('leads.section.work')}>
        <Fact label={label('status')}>
          <InlinePick
            label={label('status')}
            value={lead.status}
            options={statuses.next(lead.status)}
            readOnly={!editable}
            show={<StatusPill label={statuses.label(lead.status)} hue={statuses.hue(lead.status)} />}
            onPick={onStatus}
          />
        </Fact>
        <OwnerFacts record={lead} label={label} readOnly={!editable || !can('leads.assign')} onPick={pick} />
        <Fact label={label('follow_up_at')}>
          <FollowUp
            label={label('follow_up_at')}
            at={lead.follow_up_at}
            note={lead.follow_up_note}
            readOnly={!editable}
            onSave={({ at, note }) => pick({ follow_up_at: at, follow_up_note: note })}
          />
        </Fact>
        <Fact label={label('tags')}>
          <InlineTags
            label={label('tags')}
            tags={lead.tags}
            readOnly={!editable}
            onSave={(tags) => pick({ tags })}
          />
        </Fact>
        <Fact label={label('partner_name')}>
          <InlineText {...text('source')} readOnly label={label('partner_name')} value={lead.partner_name} />
        </Fact>
        <Fact label={label('source')}>
          <InlineText {...text('source')} show={lead.source ? humanise(lead.source) : <Dash />} />
        </Fact>
        <Fact label={label('created_at')}>
          <InlineText
            {...text('source')}
            readOnly
            label={label('created_at')}
            show={<RelativeTime at={lead.created_at} />}
          />
        </Fact>
      </Facts>
      <Facts title={t('leads.section.contact')}>
        <Fact label={label('email')}>
          {isProtected(lead, 'email') ? (
            <Revealable
              entity="leads"
              record={lead}
              field="email"
              label={label('email')}
              value={lead.email}
            />
          ) : (
            <InlineText
              {...text('email')}
              type="email"
              show={<Masked record={lead} field="email" value={lead.email} />}
            />
          )}
        </Fact>
        <Fact label={label('phone')}>
          {isProtected(lead, 'phone') ? (
            <Revealable
              entity="leads"
              record={lead}
              field="phone"
              label={label('phone')}
              value={lead.phone}
            />
          ) : (
            <InlineText
              {...text('phone')}
              type="tel"
              show={<Masked record={lead} field="phone" value={lead.phone} />}
            />
          )}
        </Fact>
        <Fact label={label('country')}>
          <InlinePick
            label={label('country')}
            value={lead.country}
            options={countries}
            none={t('components.notSet')}
            readOnly={!editable}
            show={lead.country ? f.country(lead.country) : <Dash />}
            onPick={(country) => pick({ country: country || null })}
          />
        </Fact>
        <Fact label={label('first_name')}>
          <InlineText {...text('first_name')} />
        </Fact>
        <Fact label={label('last_name')}>
          <InlineText {...text('last_name')} />
        </Fact>
      </Facts>
      <CustomFacts
        entity="lead"
        custom={lead.custom}
        editable={editable}
        onSave={(custom, merged) =>
          update.mutateAsync({
            lead,
            patch: { custom },
            shown: { custom: merged },
          })
        }
      />
    </>
  );
}
