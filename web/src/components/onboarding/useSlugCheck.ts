import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { platform } from '@/api/platform';
import { type SlugReason, slugShape } from '@/lib/slug';

export type SlugState = 'empty' | 'checking' | 'free' | 'unknown' | SlugReason;

/** Is this address free? The shape answers at once, the server after a short pause in typing. */
export function useSlugCheck(slug: string): SlugState {
  const [settled] = useDebouncedValue(slug, 350);
  const shape = slugShape(slug);
  const query = useQuery({
    queryKey: ['slug', settled],
    queryFn: ({ signal }) => platform.slug(settled, signal),
    enabled: settled !== '' && slugShape(settled) === null,
    staleTime: 15_000,
    retry: 1,
  });
  if (!slug) return 'empty';
  if (shape) return shape;
  if (settled !== slug || query.isPending) return 'checking';
  if (query.isError) return 'unknown';
  return query.data.available ? 'free' : (query.data.reason ?? 'slug_taken');
}
