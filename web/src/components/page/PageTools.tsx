import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useUi } from '@/app/ui';
import { LOCALES } from '@/i18n';
import c from './PageTools.module.css';

/** Language and colour scheme, for pages outside the CRM's own shell. */
export function PageTools() {
  const { t } = useTranslation();
  const { locale, changeLocale } = useUi();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = locale === 'ar' ? 'en' : 'ar';
  const label = t(scheme === 'dark' ? 'page.light' : 'page.dark');
  return (
    <div className={c.tools}>
      <button type="button" className={c.lang} lang={other} onClick={() => void changeLocale(other)}>
        {LOCALES[other].label}
      </button>
      <Tooltip label={label}>
        <ActionIcon
          aria-label={label}
          size={32}
          onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
        >
          {scheme === 'dark' ? <IconSun size={17} stroke={1.7} /> : <IconMoon size={17} stroke={1.7} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
