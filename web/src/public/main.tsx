import { start } from '@/app/start';
import { PublicPages } from './PublicPages';

void start({
  texts: {
    en: import.meta.glob(
      [
        '../components/i18n/en.json',
        '../components/{page,onboarding,captcha}/i18n/en.json',
        '../features/{publicform,register,accept,auth/onetime}/i18n/en.json',
      ],
      { eager: true },
    ),
    ar: import.meta.glob([
      '../components/i18n/ar.json',
      '../components/{page,onboarding,captcha}/i18n/ar.json',
      '../features/{publicform,register,accept,auth/onetime}/i18n/ar.json',
    ]),
  },
  brandingUrl: '/api/branding',
  children: () => <PublicPages />,
});
