import { Button, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tag } from '@/api/types';
import { EmptyState, ErrorState, hueOrGrey, RowActions, SkeletonLines } from '@/components';
import { TagPill, tagsQuery } from '@/components/tags';
import { useListSearch } from '@/data/listSearch';
import shared from '../settings.module.css';
import { TagDeleteDialog } from './TagDeleteDialog';
import { TagDrawer } from './TagDrawer';
import c from './tagging.module.css';

export function TagsPage() {
  const { t } = useTranslation();
  const { search, go } = useListSearch();
  const query = useQuery(tagsQuery);
  const [deleting, setDeleting] = useState<Tag | null>(null);
  const [find, setFind] = useState('');
  const tags = query.data ?? [];
  const q = find.trim().toLowerCase();
  const shown = q ? tags.filter((tag) => tag.name.toLowerCase().includes(q)) : tags;
  const edited = tags.find((tag) => tag.id === search.edit);
  return (
    <div className={shared.column}>
      <div className={shared.bar}>
        <TextInput
          size="xs"
          className={c.find}
          aria-label={t('components.find')}
          placeholder={t('components.find')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={find}
          onChange={(e) => setFind(e.currentTarget.value)}
        />
        <span className={shared.grow} />
        <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => go({ new: '1' })}>
          {t('tagging.add')}
        </Button>
      </div>
      <div className={shared.page}>
        <div className={shared.narrow}>
          <p className={shared.intro}>{t('tagging.intro')}</p>
          {query.isPending && <SkeletonLines lines={7} gap={34} />}
          {query.isError && !query.data && (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          )}
          {query.isSuccess && !shown.length && (
            <EmptyState title={t(tags.length ? 'components.noMatch' : 'tagging.nothing')} />
          )}
          {shown.length > 0 && (
            <ul className={c.list} aria-label={t('tagging.title')}>
              {shown.map((tag) => (
                <li key={tag.id} data-key={tag.name}>
                  <button type="button" className={c.main} onClick={() => go({ edit: tag.id })}>
                    <TagPill name={tag.name} hue={hueOrGrey(tag.hue)} />
                    <span className="sr-only">{t('tagging.edit')}</span>
                  </button>
                  <RowActions
                    name={tag.name}
                    actions={[
                      { key: 'edit', label: t('tagging.edit'), run: () => go({ edit: tag.id }) },
                      { key: 'delete', label: t('tagging.delete'), run: () => setDeleting(tag) },
                    ]}
                  />
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
      <TagDrawer tag={edited} opened={search.new === '1' || edited !== undefined} onClose={() => go({})} />
      <TagDeleteDialog tag={deleting} onClose={() => setDeleting(null)} />
    </div>
  );
}
