import { Button } from '@mantine/core';
import { IconCompass } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { MessagePage } from '@/components/page/MessagePage';
import { BrandHeader } from './BrandHeader';
import c from './public.module.css';

const LeadFormPage = lazy(() =>
  import('@/features/publicform/LeadFormPage').then((m) => ({ default: m.LeadFormPage })),
);
const AcceptPage = lazy(() =>
  import('@/features/accept/AcceptPage').then((m) => ({ default: m.AcceptPage })),
);

const RegisterPage = lazy(() =>
  import('@/features/register/RegisterPage').then((m) => ({ default: m.RegisterPage })),
);
const RegisterVerifyPage = lazy(() =>
  import('@/features/register/RegisterVerifyPage').then((m) => ({ default: m.RegisterVerifyPage })),
);

/** A few pages and no navigation between them: the path decides, no router is loaded. */
function choose(path: string, query: URLSearchParams): ReactNode {
  const page = path.replace(/\/+$/, '');
  if (page === '/public-form')
    return <LeadFormPage partnerId={query.get('partnerId') ?? query.get('partner_id')} />;
  if (page === '/register')
    return <RegisterPage partnerId={query.get('partnerId') ?? query.get('partner_id')} query={query} />;
  if (page === '/register/verify') return <RegisterVerifyPage token={query.get('token') ?? ''} />;
  if (page === '/invitation') return <AcceptPage kind="invitation" token={query.get('token') ?? ''} />;
  if (page === '/reset') return <AcceptPage kind="reset" token={query.get('token') ?? ''} />;
  return <Unknown />;
}

export function PublicPages() {
  return (
    <div className={c.shell}>
      <BrandHeader />
      <main className={c.main}>
        <Suspense fallback={null}>{choose(location.pathname, new URLSearchParams(location.search))}</Suspense>
      </main>
    </div>
  );
}

function Unknown() {
  const { t } = useTranslation();
  return (
    <MessagePage
      icon={<IconCompass size={26} stroke={1.5} />}
      title={t('page.notFound.title')}
      text={t('page.notFound.text')}
      actions={
        <Button component="a" href="/" size="md">
          {t('page.notFound.home')}
        </Button>
      }
    />
  );
}
