import { MutationCache, QueryClient } from '@tanstack/react-query';
import { isApiError } from '@/api/errors';
import { toast } from '@/components/toast';

declare module '@tanstack/react-query' {
  interface Register {
    /** `silent`: the caller shows the failure itself (a form with field errors, a page with its own text). */
    mutationMeta: { silent?: boolean };
  }
}

/** Reads retry once when it may help; writes never repeat on their own, and failures nobody shows become a toast. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => count < 1 && (!isApiError(error) || error.transient),
      },
      mutations: { retry: false },
    },
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (!mutation.meta?.silent) toast.failure(error);
      },
    }),
  });
}
