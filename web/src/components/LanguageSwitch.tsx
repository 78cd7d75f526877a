import { Button } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import { useUi } from '@/app/ui';
import { LOCALES } from '@/i18n';

/** On pages without a shell: one button that names the other language in its own words. */
export function LanguageSwitch() {
  const { locale, changeLocale } = useUi();
  const other = locale === 'ar' ? 'en' : 'ar';
  return (
    <Button
      variant="subtle"
      color="gray"
      lang={other}
      leftSection={<IconLanguage size={16} aria-hidden />}
      onClick={() => void changeLocale(other)}
      data-testid="language"
    >
      {LOCALES[other].label}
    </Button>
  );
}
