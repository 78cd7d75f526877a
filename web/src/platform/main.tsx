import { RouterProvider } from '@tanstack/react-router';
import { start } from '@/app/start';
import { platformRouter } from './routes';

void start({
  texts: {
    en: import.meta.glob(
      [
        '../components/i18n/en.json',
        '../components/{page,onboarding,provisioning}/i18n/en.json',
        '/src/platform/i18n/en.json',
        '../features/{signup,owner,auth/onetime}/i18n/en.json',
      ],
      { eager: true },
    ),
    ar: import.meta.glob([
      '../components/i18n/ar.json',
      '../components/{page,onboarding,provisioning}/i18n/ar.json',
      '/src/platform/i18n/ar.json',
      '../features/{signup,owner,auth/onetime}/i18n/ar.json',
    ]),
  },
  children: () => <RouterProvider router={platformRouter as never} />,
});
