import { start } from '@/app/start';

void start({ texts: { en: {}, ar: {} }, children: () => null });
