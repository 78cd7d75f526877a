import { Button, Switch } from '@mantine/core';
import { IconPlus, IconUserShare } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AssignmentRule } from '@/api/types';
import { ConfirmDialog, EmptyState, ErrorState, RowActions, SkeletonLines, toast } from '@/components';
import { ReorderList } from '@/components/reorder';
import { useListSearch } from '@/data/listSearch';
import shared from '../settings.module.css';
import { EntityTabs } from '../statuses/EntityTabs';
import c from './assignment.module.css';
import { PreviewPanel } from './PreviewPanel';
import { type RuleEntity, rulesQuery, useDeleteRule, useOrderRules, useSaveRule } from './query';
import { RuleDrawer } from './RuleDrawer';
import { useRuleWords } from './words';

export function AssignmentPage() {
  const { t } = useTranslation();
  const { search, go } = useListSearch();
  const entity: RuleEntity = search.entity === 'client' ? 'client' : 'lead';
  const query = useQuery(rulesQuery);
  const order = useOrderRules(entity);
  const save = useSaveRule();
  const remove = useDeleteRule();
  const words = useRuleWords();
  const [leaving, setLeaving] = useState<AssignmentRule | null>(null);
  const rules = (query.data ?? []).filter((r) => r.entity === entity);
  const edited = rules.find((r) => r.id === search.edit);
  const add = (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => go({ ...search, new: '1' })}>
      {t('assignment.add')}
    </Button>
  );
  const turn = (rule: AssignmentRule) =>
    save.mutate({ id: rule.id, body: { enabled: !rule.enabled } }, { onError: (e) => toast.failure(e) });
  return (
    <div className={shared.column}>
      <div className={shared.bar}>
        <EntityTabs value={entity} onChange={(next) => go({ entity: next })} />
        <span className={shared.grow} />
        {(rules.length > 0 || !query.isSuccess) && add}
      </div>
      <div className={shared.page}>
        <div className={shared.narrow}>
          <p className={shared.intro}>{t(`assignment.intro.${entity}`)}</p>
          {query.isPending && <SkeletonLines lines={5} gap={34} />}
          {query.isError && !query.data && (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          )}
          {query.isSuccess && !rules.length && (
            <EmptyState
              icon={<IconUserShare size={20} stroke={1.6} />}
              title={t('assignment.nothing')}
              text={t(`assignment.nothingText.${entity}`)}
              action={add}
            />
          )}
          {rules.length > 0 && (
            <ReorderList
              key={entity}
              label={t('assignment.title')}
              items={rules}
              keyOf={(r) => r.id}
              nameOf={(r) => r.name}
              onOrder={(ids) => order.mutate(ids, { onSuccess: () => toast.done(t('assignment.ordered')) })}
            >
              {(rule) => (
                <>
                  <button
                    type="button"
                    className={c.name}
                    data-off={!rule.enabled || undefined}
                    onClick={() => go({ ...search, edit: rule.id })}
                  >
                    <span dir="auto">{rule.name}</span>
                    <span className="sr-only">{t('assignment.edit')}</span>
                  </button>
                  <span className={c.about}>
                    <span>{words.when(rule)}</span>
                    <span className={c.to}>
                      {t('assignment.goesTo', { to: words.to(rule) })} · {t(`bulk.method.${rule.method}`)}
                    </span>
                  </span>
                  <Switch
                    size="xs"
                    aria-label={t('assignment.enabled', { name: rule.name })}
                    checked={rule.enabled}
                    onChange={() => turn(rule)}
                  />
                  <RowActions
                    name={rule.name}
                    actions={[
                      {
                        key: 'edit',
                        label: t('assignment.edit'),
                        run: () => go({ ...search, edit: rule.id }),
                      },
                      { key: 'delete', label: t('assignment.delete'), run: () => setLeaving(rule) },
                    ]}
                  />
                </>
              )}
            </ReorderList>
          )}
          {rules.length > 0 && <PreviewPanel entity={entity} />}
        </div>
      </div>
      <RuleDrawer
        entity={entity}
        rule={edited}
        opened={search.new === '1' || Boolean(edited)}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
      <ConfirmDialog
        opened={leaving !== null}
        title={t('assignment.deleteTitle', { name: leaving?.name ?? '' })}
        text={t('assignment.deleteText')}
        confirm={t('assignment.delete')}
        danger
        busy={remove.isPending}
        onClose={() => setLeaving(null)}
        onConfirm={() =>
          leaving &&
          remove.mutate(leaving.id, {
            onSuccess: () => {
              toast.done(t('assignment.deleted', { name: leaving.name }));
              setLeaving(null);
            },
          })
        }
      />
    </div>
  );
}
