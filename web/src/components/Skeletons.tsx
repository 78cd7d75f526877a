import { useTranslation } from 'react-i18next';

/** Lines of varying width at the real line height. */
export function SkeletonLines({
  lines = 4,
  height = 10,
  gap = 14,
}: {
  lines?: number;
  height?: number;
  gap?: number;
}) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('components.loading')} style={{ display: 'grid', gap }}>
      {Array.from({ length: lines }, (_, i) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
          key={i}
          className="skeleton"
          style={{ height, width: `${52 + ((i * 37) % 43)}%` }}
        />
      ))}
    </div>
  );
}

export function SkeletonBlock({ height, width = '100%' }: { height: number; width?: number | string }) {
  return (
    <span aria-hidden className="skeleton" style={{ height, width, display: 'block', borderRadius: 8 }} />
  );
}
