import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import c from './owner.module.css';

export function Pager({
  page,
  pages,
  onPage,
}: {
  page: number;
  pages: number;
  onPage: (page: number) => void;
}) {
  const { t } = useTranslation();
  if (pages <= 1 && page <= 1) return null;
  return (
    <nav className={c.pager} aria-label={t('owner.pager.label')}>
      <ActionIcon
        variant="default"
        aria-label={t('owner.pager.previous')}
        disabled={page <= 1}
        onClick={() => onPage(Math.min(page - 1, Math.max(pages, 1)))}
      >
        <IconChevronLeft size={15} className="flip" />
      </ActionIcon>
      <span className="num" aria-live="polite">
        {t('owner.pager.of', { page, pages })}
      </span>
      <ActionIcon
        variant="default"
        aria-label={t('owner.pager.next')}
        disabled={page >= pages}
        onClick={() => onPage(page + 1)}
      >
        <IconChevronRight size={15} className="flip" />
      </ActionIcon>
    </nav>
  );
}
