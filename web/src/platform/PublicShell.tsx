import { Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageTools } from '@/components/page/PageTools';
import { Logo } from './Logo';
import c from './PublicShell.module.css';

/** Around sign-up and its progress: the name, the language, nothing to distract. */
export function PublicShell() {
  const { t } = useTranslation();
  return (
    <div className={c.shell}>
      <header className={c.top}>
        <a href="/" className={c.home}>
          <Logo />
          <span className="sr-only"> {t('platform.home')}</span>
        </a>
        <PageTools />
      </header>
      <main className={c.main}>
        <Outlet />
      </main>
    </div>
  );
}
