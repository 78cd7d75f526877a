import { start } from '@/app/start';
import { StaffApp } from './StaffApp';

void start({
  texts: {
    en: import.meta.glob(
      [
        '../components/i18n/en.json',
        '../data/i18n/en.json',
        '/src/staff/i18n/en.json',
        '../features/{auth,clients,leads,partners,dashboard,settings}/i18n/en.json',
      ],
      { eager: true },
    ),
    ar: import.meta.glob([
      '../components/i18n/ar.json',
      '../data/i18n/ar.json',
      '/src/staff/i18n/ar.json',
      '../features/{auth,clients,leads,partners,dashboard,settings}/i18n/ar.json',
    ]),
  },
  brandingUrl: '/api/branding',
  children: (queryClient) => <StaffApp queryClient={queryClient} />,
});
