import type { QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { SessionProvider } from '@/session/session';
import { createStaffRouter } from './router';

export function StaffApp({ queryClient }: { queryClient: QueryClient }) {
  const [router] = useState(() => createStaffRouter(queryClient));
  return (
    <SessionProvider>
      <RouterProvider router={router} />
    </SessionProvider>
  );
}
