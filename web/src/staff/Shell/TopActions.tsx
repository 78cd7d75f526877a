import {
  ActionIcon,
  Menu,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { IconCheck, IconLanguage, IconMoon, IconPlus, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useUi } from '@/app/ui';
import { LOCALES, type Locale } from '@/i18n';
import type { CreateAction } from './createActions';
import c from './Shell.module.css';

export function LanguageMenu() {
  const { t } = useTranslation();
  const { locale, changeLocale } = useUi();
  return (
    <Menu position="bottom-end" withinPortal={false} floatingStrategy="fixed">
      <Menu.Target>
        <Tooltip label={t('components.language')}>
          <ActionIcon aria-label={t('components.language')} data-testid="language">
            <IconLanguage size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(LOCALES) as Locale[]).map((l) => (
          <Menu.Item
            key={l}
            lang={l}
            rightSection={l === locale ? <IconCheck size={14} /> : null}
            onClick={() => void changeLocale(l)}
          >
            {LOCALES[l].label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function SchemeButton() {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  const label = scheme === 'dark' ? t('staff.useLight') : t('staff.useDark');
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        data-testid="scheme"
        onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
      >
        {scheme === 'dark' ? <IconSun size={17} /> : <IconMoon size={17} />}
      </ActionIcon>
    </Tooltip>
  );
}

export function TopActions({ create, onCreate }: { create: CreateAction | undefined; onCreate: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <LanguageMenu />
      <SchemeButton />
      {create && (
        <UnstyledButton className={c.create} onClick={onCreate}>
          <IconPlus size={15} aria-hidden />
          {t(`staff.create.${create.key}`)}
          <kbd className={c.kbdOn} aria-hidden>
            C
          </kbd>
        </UnstyledButton>
      )}
    </>
  );
}
