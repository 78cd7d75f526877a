import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client, ClientPatch } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Dash, isProtected, Masked, StatusPill, toast } from '@/components';
import { CustomFacts } from '@/components/custom';
import { Fact, Facts, FollowUp, InlinePick, InlineTags, InlineText, OwnerFacts } from '@/components/record';
import { Revealable } from '@/components/reveal';
import { useCountryOptions } from '@/data/countries';
import { useLanguageOptions } from '@/data/languages';
import { humanise, useKyc, useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import { useUpdateClient } from './query';

/** Every fact is edited where it stands. What the role hides is shown locked and cannot be edited. */
export function ClientFacts({ client, editable }: { client: Client; editable: boolean }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const statuses = useStatuses('client');
  const kyc = useKyc();
  const countries = useCountryOptions();
  const languages = useLanguageOptions(client.language);
  const update = useUpdateClient();
  const save = (patch: ClientPatch) => update.mutateAsync({ client, patch });
  /** What the role masks or hides: locked, with a way to see it for those who may. */
  const guarded = (
    field: 'email' | 'phone' | 'address' | 'date_of_birth',
    open: ReactNode,
    format?: (value: string) => ReactNode,
  ) =>
    isProtected(client, field) ? (
      <Revealable
        entity="clients"
        record={client}
        field={field}
        label={label(field)}
        value={client[field]}
        format={format}
      />
    ) : (
      open
    );
  const pick = (patch: ClientPatch, shown?: Partial<Client>) =>
    update.mutate({ client, patch, shown }, { onError: (e) => toast.failure(e) });
  const label = (field: string) => t(`clients.field.${field}`);
  const text = (
    field: 'first_name' | 'last_name' | 'email' | 'phone' | 'address' | 'source' | 'date_of_birth',
  ) => ({
    field,
    label: label(field),
    value: client[field],
    readOnly: !editable || isProtected(client, field),
    onSave: (v: string) => save({ [field]: v || null } as ClientPatch),
  });
  return (
    <>
      <Facts title={t('clients.section.work')}>
        <Fact label={label('status')}>
          <InlinePick
            label={label('status')}
            value={client.status}
            options={statuses.options}
            readOnly={!editable}
            show={<StatusPill label={statuses.label(client.status)} hue={statuses.hue(client.status)} />}
            onPick={(status) => pick({ status })}
          />
        </Fact>
        {kyc.shown && (
          <Fact label={label('kyc_status')}>
            <InlinePick
              label={label('kyc_status')}
              value={client.kyc_status}
              options={kyc.options}
              readOnly={!editable || !can('documents.review')}
              show={<StatusPill label={kyc.label(client.kyc_status)} hue={kyc.hue(client.kyc_status)} />}
              onPick={(v) => pick({ kyc_status: v as Client['kyc_status'] })}
            />
          </Fact>
        )}
        <OwnerFacts
          record={client}
          label={label}
          readOnly={!editable || !can('clients.assign')}
          onPick={pick}
        />
        <Fact label={label('follow_up_at')}>
          <FollowUp
            label={label('follow_up_at')}
            at={client.follow_up_at}
            note={client.follow_up_note}
            readOnly={!editable}
            onSave={({ at, note }) => pick({ follow_up_at: at, follow_up_note: note })}
          />
        </Fact>
        <Fact label={label('tags')}>
          <InlineTags
            label={label('tags')}
            tags={client.tags}
            readOnly={!editable}
            onSave={(tags) => pick({ tags })}
          />
        </Fact>
      </Facts>
      <Facts title={t('clients.section.contact')}>
        <Fact label={label('email')}>
          {guarded(
            'email',
            <InlineText
              {...text('email')}
              type="email"
              show={<Masked record={client} field="email" value={client.email} />}
            />,
          )}
        </Fact>
        <Fact label={label('phone')}>
          {guarded(
            'phone',
            <InlineText
              {...text('phone')}
              type="tel"
              show={<Masked record={client} field="phone" value={client.phone} />}
            />,
          )}
        </Fact>
        <Fact label={label('country')}>
          <InlinePick
            label={label('country')}
            value={client.country}
            options={countries}
            none={t('components.notSet')}
            readOnly={!editable}
            show={client.country ? f.country(client.country) : <Dash />}
            onPick={(country) => pick({ country: country || null })}
          />
        </Fact>
        <Fact label={label('language')}>
          <InlinePick
            label={label('language')}
            value={client.language}
            options={languages}
            none={t('components.notSet')}
            readOnly={!editable}
            show={client.language ? f.language(client.language) : <Dash />}
            onPick={(language) => pick({ language: language || null })}
          />
        </Fact>
        <Fact label={label('address')}>
          {guarded('address', <InlineText {...text('address')} />, (value) => (
            <bdi>{value}</bdi>
          ))}
        </Fact>
      </Facts>
      <Facts title={t('clients.section.person')}>
        <Fact label={label('first_name')}>
          <InlineText {...text('first_name')} />
        </Fact>
        <Fact label={label('last_name')}>
          <InlineText {...text('last_name')} />
        </Fact>
        <Fact label={label('date_of_birth')}>
          {guarded(
            'date_of_birth',
            <InlineText
              {...text('date_of_birth')}
              type="date"
              show={client.date_of_birth ? <bdi>{f.date(client.date_of_birth)}</bdi> : <Dash />}
            />,
            (value) => (
              <bdi>{f.date(value)}</bdi>
            ),
          )}
        </Fact>
        <Fact label={label('source')}>
          <InlineText {...text('source')} show={client.source ? humanise(client.source) : <Dash />} />
        </Fact>
      </Facts>
      <CustomFacts
        entity="client"
        custom={client.custom}
        editable={editable}
        onSave={(custom, merged) =>
          update.mutateAsync({ client, patch: { custom }, shown: { custom: merged } })
        }
      />
    </>
  );
}
