import { Navigate } from '@tanstack/react-router';
import { useUi } from '@/app/ui';
import { useCan } from '@/session/session';
import { homePath } from './nav';

/** The first page that this person may open. It comes apart from the router, which needs none of the icons. */
export function Home() {
  const can = useCan();
  const { branding } = useUi();
  return <Navigate to={homePath(can, branding.modules)} replace />;
}
