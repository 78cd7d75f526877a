import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact, ContactPatch, ContactStatus } from '@/api/sales';
import { Dash, isProtected, Masked, RelativeTime, StatusPill, toast } from '@/components';
import { CustomFacts } from '@/components/custom';
import {
  Fact,
  Facts,
  InlinePick,
  InlineRecord,
  InlineTags,
  InlineText,
  OwnerFacts,
} from '@/components/record';
import { Revealable } from '@/components/reveal';
import { humanise } from '@/data/lookups';
import { useCan } from '@/session/session';
import c from './contacts.module.css';
import { statusHue, useContactStatuses } from './filters';
import { useUpdateContact } from './query';
import { Rating } from './Rating';

/** Every fact is edited where it stands. What the role hides is shown locked and cannot be edited. */
export function ContactFacts({ contact, editable }: { contact: Contact; editable: boolean }) {
  const { t } = useTranslation();
  const can = useCan();
  const statuses = useContactStatuses();
  const update = useUpdateContact();
  const pick = (patch: ContactPatch, shown?: Partial<Contact>) =>
    update.mutate({ contact, patch, shown }, { onError: (e) => toast.failure(e) });
  const label = (field: string) => t(`contacts.field.${field}`);
  const assign = editable && can('contacts.assign');
  const text = (
    field: 'first_name' | 'last_name' | 'email' | 'phone' | 'company' | 'job_title' | 'source',
  ) => ({
    field,
    label: label(field),
    value: contact[field],
    readOnly: !editable || isProtected(contact, field),
    onSave: (v: string) => update.mutateAsync({ contact, patch: { [field]: v || null } as ContactPatch }),
  });
  const guarded = (field: 'email' | 'phone', open: ReactNode) =>
    isProtected(contact, field) ? (
      <Revealable
        entity="contacts"
        record={contact}
        field={field}
        label={label(field)}
        value={contact[field]}
      />
    ) : (
      open
    );
  return (
    <>
      <Facts title={t('contacts.section.work')}>
        <Fact label={label('status')}>
          <InlinePick
            label={label('status')}
            value={contact.status}
            options={statuses}
            readOnly={!editable}
            show={
              <StatusPill label={t(`contacts.status.${contact.status}`)} hue={statusHue(contact.status)} />
            }
            onPick={(status) => pick({ status: status as ContactStatus })}
          />
        </Fact>
        <Fact label={label('client_name')}>
          <InlineRecord
            type="client"
            label={label('client_name')}
            id={contact.client_id}
            name={contact.client_name}
            to={contact.client_id && can('clients.read') ? `/clients/${contact.client_id}` : undefined}
            readOnly={!editable || !can('clients.read')}
            onPick={(r) => pick({ client_id: r?.id ?? null }, { client_name: r?.label ?? null })}
          />
        </Fact>
        <Fact label={label('rating')}>
          <span className={c.plain}>
            <Rating value={contact.rating} onChange={editable ? (rating) => pick({ rating }) : undefined} />
          </span>
        </Fact>
        <OwnerFacts record={contact} label={label} readOnly={!assign} onPick={pick} />
        <Fact label={label('tags')}>
          <InlineTags
            label={label('tags')}
            tags={contact.tags}
            readOnly={!editable}
            onSave={(tags) => pick({ tags })}
          />
        </Fact>
        <Fact label={label('source')}>
          <InlineText {...text('source')} show={contact.source ? humanise(contact.source) : <Dash />} />
        </Fact>
        <Fact label={label('created_at')}>
          <span className={c.plain}>
            <RelativeTime at={contact.created_at} />
          </span>
        </Fact>
      </Facts>
      <Facts title={t('contacts.section.person')}>
        <Fact label={label('email')}>
          {guarded(
            'email',
            <InlineText
              {...text('email')}
              type="email"
              show={<Masked record={contact} field="email" value={contact.email} />}
            />,
          )}
        </Fact>
        <Fact label={label('phone')}>
          {guarded(
            'phone',
            <InlineText
              {...text('phone')}
              type="tel"
              show={<Masked record={contact} field="phone" value={contact.phone} />}
            />,
          )}
        </Fact>
        {(['company', 'job_title', 'first_name', 'last_name'] as const).map((field) => (
          <Fact key={field} label={label(field)}>
            <InlineText {...text(field)} />
          </Fact>
        ))}
      </Facts>
      <CustomFacts
        entity="contact"
        custom={contact.custom}
        editable={editable}
        onSave={(custom, merged) =>
          update.mutateAsync({ contact, patch: { custom }, shown: { custom: merged } })
        }
      />
    </>
  );
}
