import { useQuery } from '@tanstack/react-query';
import { ErrorState, SkeletonLines } from '@/components';
import shared from '../settings.module.css';
import { BrandingForm } from './BrandingForm';
import { brandingQuery } from './query';

export function BrandingPage() {
  const query = useQuery(brandingQuery);
  if (query.data) return <BrandingForm saved={query.data} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div className={shared.page}>
      <SkeletonLines lines={10} gap={28} />
    </div>
  );
}
