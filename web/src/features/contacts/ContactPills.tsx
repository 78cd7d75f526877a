import { IconStarFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/sales';
import { StatusPill } from '@/components';
import c from './contacts.module.css';
import { statusHue } from './filters';

export function PrimaryMark() {
  const { t } = useTranslation();
  return (
    <span className={c.primary}>
      <IconStarFilled size={11} aria-hidden />
      {t('contacts.primary')}
    </span>
  );
}

export function ContactPills({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  return (
    <>
      <StatusPill label={t(`contacts.status.${contact.status}`)} hue={statusHue(contact.status)} />
      {contact.is_primary && <PrimaryMark />}
    </>
  );
}
