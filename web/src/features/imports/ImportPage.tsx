import { IconChevronRight } from '@tabler/icons-react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState, SkeletonLines, StatusPill } from '@/components';
import { rememberPlace } from '@/data/place';
import type { ListSearch } from '@/lib/listSearch';
import { CheckStep } from './check/CheckStep';
import { FileStep } from './FileStep';
import c from './imports.module.css';
import { MapStep } from './map/MapStep';
import { useEnded, useImport } from './query';
import { RunStep } from './run/RunStep';
import { Stepper } from './Stepper';
import { isOpenYet, reachable, type Step, stepOf } from './steps';
import { useImportWords } from './words';

/** One import, from the file to the way back, in whatever state it is. */
export function ImportPage() {
  const { t } = useTranslation();
  const words = useImportWords();
  const navigate = useNavigate();
  const { id } = useParams({ strict: false }) as { id: string };
  const search = useSearch({ strict: false }) as ListSearch;
  const query = useImport(id);
  const file = query.data;
  useEnded(file);
  useEffect(() => rememberPlace('/imports', id), [id]);
  const step = file && stepOf(file, search.step);
  const go = useCallback(
    (next: Step) => void navigate({ to: '.', search: { step: next } as never }),
    [navigate],
  );
  const onTab = useCallback(
    (tab: string) => void navigate({ to: '.', search: { step: search.step, tab } as never, replace: true }),
    [navigate, search.step],
  );
  // a new step begins at its top, also for the keyboard
  const head = useRef<HTMLHeadingElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (before.current && step && before.current !== step) head.current?.focus({ preventScroll: true });
    before.current = step;
  }, [step]);
  if (query.isError && !file) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div className={c.column}>
      <div className={c.head}>
        <nav className={c.crumbs} aria-label={t('components.breadcrumb')}>
          <Link to="/imports">{t('imports.title')}</Link>
          <IconChevronRight size={13} className="flip" aria-hidden />
        </nav>
        <h2 className={c.name} ref={head} tabIndex={-1}>
          <bdi>{file?.filename ?? ''}</bdi>
        </h2>
        {file && <StatusPill label={words.status(file)} hue={words.hue(file)} />}
        {file && <span className={c.meta}>{t(`imports.entity.${file.entity}`)}</span>}
        <span className={c.grow} />
        {file && step && isOpenYet(file) && (
          <Stepper now={step} reachable={(s) => reachable(file, s)} onGo={go} />
        )}
      </div>
      {!file && (
        <div className={c.body}>
          <div className={c.narrow}>
            <SkeletonLines lines={10} gap={24} />
          </div>
        </div>
      )}
      {file && step === 'file' && <FileStep file={file} onNext={() => go('map')} />}
      {file && step === 'map' && <MapStep file={file} onNext={() => go('check')} />}
      {file && step === 'check' && (
        <CheckStep
          file={file}
          at={query.dataUpdatedAt}
          tab={search.tab}
          onTab={onTab}
          onBack={() => go('map')}
        />
      )}
      {file && step === 'run' && (
        <RunStep file={file} at={query.dataUpdatedAt} tab={search.tab} onTab={onTab} />
      )}
    </div>
  );
}
