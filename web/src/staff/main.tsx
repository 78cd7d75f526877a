import { tenantApi } from '@/api/client';
import { start } from '@/app/start';
import { StaffApp } from './StaffApp';

// On a slow line this is half a second by itself: it travels while the rest of the page starts.
tenantApi.refreshEarly();

void start({
  texts: {
    en: import.meta.glob(
      [
        '../components/i18n/en.json',
        '../components/onboarding/i18n/en.json',
        '../data/i18n/en.json',
        '/src/staff/i18n/en.json',
        '../features/{auth,auth/onetime}/i18n/en.json',
      ],
      { eager: true },
    ),
    // one chunk, see the build's configuration
    app: import.meta.glob([
      '../components/{bulk,custom,explain,export,list/desk,record,reorder,reveal,tags}/i18n/en.json',
      '../features/{clients,contacts,deals,documents,duplicates,leads,partners,dashboard,overview,settings,account,exports,imports,activities,notes,attachments,notifications,reports}/i18n/en.json',
      '../features/settings/*/i18n/en.json',
    ]),
    ar: import.meta.glob([
      '../components/i18n/ar.json',
      '../components/{bulk,custom,explain,export,list/desk,onboarding,record,reorder,reveal,tags}/i18n/ar.json',
      '../data/i18n/ar.json',
      '/src/staff/i18n/ar.json',
      '../features/{auth,clients,contacts,deals,documents,duplicates,leads,partners,dashboard,overview,settings,account,exports,imports,activities,notes,attachments,notifications,reports}/i18n/ar.json',
      '../features/{settings/*,auth/onetime}/i18n/ar.json',
    ]),
  },
  brandingUrl: '/api/branding',
  children: (queryClient) => <StaffApp queryClient={queryClient} />,
});
