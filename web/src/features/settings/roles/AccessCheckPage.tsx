import { SegmentedControl, Select } from '@mantine/core';
import { IconHelpHexagon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState, SkeletonLines } from '@/components';
import {
  AREAS,
  explainQuery,
  PermissionPicker,
  PermissionVerdict,
  type Question,
  RecordPicker,
  type ResourceType,
  UserPicker,
  useAccessWords,
  useCatalogue,
  Verdict,
  Verdicts,
} from '@/components/explain';
import type { ListSearch } from '@/lib/listSearch';
import s from '../settings.module.css';
import { checkOf } from './check';
import c from './roles.module.css';

const TYPES = Object.keys(AREAS) as ResourceType[];

/** Any person, any record or permission, any field. The question stands in the address: it can be passed on. */
export function AccessCheckPage() {
  const { t } = useTranslation();
  const words = useAccessWords();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const catalogue = useCatalogue();
  const check = checkOf(search);
  const go = (more: ListSearch) =>
    void navigate({ to: '.', search: { ...search, ...more } as never, replace: true });
  // a module that is off has no records to ask about
  const permissions = new Set(catalogue.data?.permissions.map((p) => p.key));
  const types = TYPES.filter((x) => x === check.type || permissions.has(`${AREAS[x]}.read`));
  const fields = (catalogue.data?.fields ?? []).filter((f) => f.key.startsWith(`${AREAS[check.type]}.`));
  return (
    <div className={s.page}>
      <p className={s.intro}>{t('roles.check.intro')}</p>
      <div className={c.check}>
        <div className={c.checkForm}>
          <UserPicker value={check.user ?? null} onPick={(user) => go({ user: user ?? undefined })} />
          <SegmentedControl
            fullWidth
            aria-label={t('roles.check.about')}
            value={check.about}
            onChange={(about) =>
              go({
                about: about === 'permission' ? about : undefined,
                id: undefined,
                label: undefined,
                field: undefined,
                permission: undefined,
              })
            }
            data={(['record', 'permission'] as const).map((value) => ({
              value,
              label: t(`roles.check.${value}`),
            }))}
          />
          {check.about === 'permission' ? (
            <PermissionPicker
              value={check.permission ?? null}
              onPick={(permission) => go({ permission: permission ?? undefined })}
            />
          ) : (
            <>
              <Select
                label={t('roles.check.type')}
                data={types.map((value) => ({ value, label: t(`roles.check.of.${value}`) }))}
                value={check.type}
                onChange={(type) =>
                  go({
                    type: type ?? undefined,
                    id: undefined,
                    label: undefined,
                    field: undefined,
                    permission: undefined,
                  })
                }
                allowDeselect={false}
              />
              <RecordPicker
                key={check.type}
                type={check.type}
                label={t('roles.preview.record')}
                value={check.resource}
                onPick={(r) => go({ id: r?.id, label: r?.label })}
              />
              <PermissionPicker
                about={check.type}
                value={check.permission ?? null}
                onPick={(permission) => go({ permission: permission ?? undefined })}
                clearable
                placeholder={t('roles.check.everything')}
              />
              {fields.length > 0 && (
                <Select
                  label={t('roles.check.field')}
                  placeholder={t('roles.check.noField')}
                  data={fields.map((f) => ({ value: f.key, label: words.sees(f.key) }))}
                  value={check.field ?? null}
                  onChange={(field) => go({ field: field ?? undefined })}
                  clearable
                />
              )}
            </>
          )}
        </div>
        <section className={c.checkAnswer} aria-labelledby="access-answer">
          <h2 id="access-answer" className="sr-only">
            {t('roles.check.answer')}
          </h2>
          <Answer check={check} />
        </section>
      </div>
    </div>
  );
}

function Answer({ check }: { check: ReturnType<typeof checkOf> }) {
  const { t } = useTranslation();
  const words = useAccessWords();
  const { user, about, permission, resource, field } = check;
  const ready = user && (about === 'permission' ? permission : resource);
  if (!user || !ready)
    return (
      <EmptyState
        icon={<IconHelpHexagon size={20} stroke={1.6} />}
        title={t('roles.check.ask')}
        text={t('roles.check.askText')}
      />
    );
  if (about === 'permission' && permission)
    return <PermissionVerdict userId={user} permission={permission} />;
  if (!resource) return <SkeletonLines lines={3} />;
  if (!permission && !field) return <Verdicts userId={user} resource={resource} />;
  const record = { user_id: user, resource_type: resource.type, resource_id: resource.id };
  return (
    <div className={c.answers}>
      {permission && <One title={words.can(permission)} question={{ ...record, permission }} />}
      {field && <One title={words.sees(field)} question={{ ...record, field }} />}
    </div>
  );
}

function One({ title, question }: { title: string; question: Question }) {
  const { data, error, refetch } = useQuery(explainQuery(question));
  return <Verdict title={title} answer={data} error={error} onRetry={() => void refetch()} open />;
}
