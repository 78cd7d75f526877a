import { Button, SegmentedControl } from '@mantine/core';
import { IconPlus, IconRoute2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pipeline, Stage } from '@/api/sales';
import {
  ConfirmDialog,
  EmptyState,
  ErrorState,
  errorText,
  RowActions,
  SkeletonLines,
  toast,
} from '@/components';
import { inOrder, ReorderList } from '@/components/reorder';
import { useListSearch } from '@/data/listSearch';
import { pipelinesQuery } from '@/data/pipelines';
import type { ListSearch } from '@/lib/listSearch';
import shared from '../settings.module.css';
import { PipelineDrawer } from './PipelineDrawer';
import { stageIn, useDeletePipeline, useSaveStages, useUpdatePipeline } from './query';
import { StageDeleteDialog } from './StageDeleteDialog';
import { StageDrawer } from './StageDrawer';
import { StageRow } from './StageRow';

export function PipelinesPage() {
  const { t } = useTranslation();
  const { search, go } = useListSearch();
  const query = useQuery(pipelinesQuery);
  const [naming, setNaming] = useState<Pipeline | 'new' | null>(null);
  const all = query.data ?? [];
  const usual = all.find((p) => p.is_default) ?? all[0];
  const pipeline = all.find((p) => p.key === search.pipeline) ?? usual;
  return (
    <div className={shared.column}>
      <div className={shared.bar}>
        {all.length > 1 && (
          <SegmentedControl
            size="xs"
            classNames={{ root: shared.segments }}
            aria-label={t('pipelines.which')}
            value={pipeline?.key}
            onChange={(key) => go({ pipeline: key })}
            data={all.map((p) => ({
              value: p.key,
              label: p.archived ? t('pipelines.archivedName', { name: p.name }) : p.name,
            }))}
          />
        )}
        <span className={shared.grow} />
        <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setNaming('new')}>
          {t('pipelines.add')}
        </Button>
      </div>
      <div className={shared.page}>
        <div className={shared.narrow}>
          <p className={shared.intro}>{t('pipelines.intro')}</p>
          {query.isPending && <SkeletonLines lines={7} gap={34} />}
          {query.isError && !query.data && (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          )}
          {query.isSuccess && !all.length && (
            <EmptyState icon={<IconRoute2 size={20} stroke={1.6} />} title={t('pipelines.nothing')} />
          )}
          {pipeline && (
            <Stages
              key={pipeline.key}
              pipeline={pipeline}
              search={search}
              go={go}
              onRename={() => setNaming(pipeline)}
            />
          )}
        </div>
      </div>
      {naming && (
        <PipelineDrawer
          pipeline={naming === 'new' ? undefined : naming}
          onClose={() => setNaming(null)}
          onDone={(made) => go({ pipeline: made.key })}
        />
      )}
    </div>
  );
}

type StagesProps = {
  pipeline: Pipeline;
  search: ListSearch;
  go: (next: ListSearch) => void;
  onRename: () => void;
};

function Stages({ pipeline, search, go, onRename }: StagesProps) {
  const { t } = useTranslation();
  const save = useSaveStages();
  const update = useUpdatePipeline();
  const remove = useDeletePipeline();
  const [leaving, setLeaving] = useState<Stage | null>(null);
  const [deleting, setDeleting] = useState(false);
  const stages = [...pipeline.stages].sort((a, b) => a.position - b.position);
  const change = (patch: Parameters<typeof update.mutate>[0]['patch'], message: string) =>
    update.mutate(
      { key: pipeline.key, patch },
      { onSuccess: () => toast.done(message), onError: (e) => toast.failure(e) },
    );
  const reorder = (keys: string[]) =>
    save.mutate(
      { key: pipeline.key, stages: inOrder(stages, (s) => s.key, keys).map(stageIn) },
      {
        onSuccess: () => toast.done(t('pipelines.ordered')),
        onError: (e) => toast.failure(e),
      },
    );
  return (
    <>
      <div className={shared.bar} style={{ paddingInline: 0, border: 0 }}>
        <h2 style={{ fontSize: 14, fontWeight: 600 }} dir="auto">
          {pipeline.name}
        </h2>
        <span className="dim">
          {[pipeline.is_default && t('pipelines.default'), pipeline.archived && t('pipelines.archived')]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className={shared.grow} />
        <Button
          variant="default"
          leftSection={<IconPlus size={15} aria-hidden />}
          onClick={() => go({ ...search, new: '1' })}
        >
          {t('pipelines.addStage')}
        </Button>
        <RowActions
          name={pipeline.name}
          actions={[
            { key: 'rename', label: t('pipelines.rename'), run: onRename },
            ...(pipeline.is_default
              ? []
              : [
                  ...(pipeline.archived
                    ? []
                    : [
                        {
                          key: 'default',
                          label: t('pipelines.makeDefault'),
                          run: () =>
                            change({ is_default: true }, t('pipelines.nowDefault', { name: pipeline.name })),
                        },
                      ]),
                  {
                    key: 'archive',
                    label: t(pipeline.archived ? 'pipelines.bringBack' : 'pipelines.archive'),
                    run: () =>
                      change({ archived: !pipeline.archived }, t('pipelines.saved', { name: pipeline.name })),
                  },
                  { key: 'delete', label: t('pipelines.delete'), run: () => setDeleting(true) },
                ]),
          ]}
        />
      </div>
      <ReorderList
        label={t('pipelines.stagesOf', { name: pipeline.name })}
        items={stages}
        keyOf={(s) => s.key}
        nameOf={(s) => s.label}
        onOrder={reorder}
      >
        {(s) => (
          <StageRow
            stage={s}
            last={stages.length === 1}
            onEdit={() => go({ ...search, pipeline: pipeline.key, edit: s.key })}
            onDelete={() => setLeaving(s)}
          />
        )}
      </ReorderList>
      <StageDrawer
        pipeline={pipeline}
        stage={stages.find((s) => s.key === search.edit)}
        opened={search.new === '1' || stages.some((s) => s.key === search.edit)}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
      <StageDeleteDialog pipeline={pipeline} stage={leaving} onClose={() => setLeaving(null)} />
      <ConfirmDialog
        opened={deleting}
        title={t('pipelines.deleteTitle', { name: pipeline.name })}
        text={remove.isError ? errorText(remove.error) : t('pipelines.deleteText')}
        confirm={t('pipelines.delete')}
        danger
        busy={remove.isPending}
        onClose={() => {
          setDeleting(false);
          remove.reset();
        }}
        onConfirm={() =>
          remove.mutate(pipeline.key, {
            onSuccess: () => {
              toast.done(t('pipelines.deleted', { name: pipeline.name }));
              go({});
            },
          })
        }
      />
    </>
  );
}
