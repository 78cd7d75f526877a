import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRoleOptions } from '@/data/lookups';
import { type Edits, roleOf } from './draft';
import { type ConsoleSetup, type RoleWord, WORDS } from './types';

type Props = {
  saved: ConsoleSetup;
  edits: Edits;
  errors: Record<string, string>;
  disabled: boolean;
  onChange: (word: RoleWord, role: string) => void;
};

export function RoleFields({ saved, edits, errors, disabled, onChange }: Props) {
  const { t } = useTranslation();
  const roles = useRoleOptions();
  return WORDS.map((word) => {
    const value = roleOf(saved, edits, word);
    // whoever may not list roles still sees which one it is
    const known = !value || roles.some((r) => r.value === value);
    return (
      <Select
        key={word}
        label={t(`console.word.${word}`)}
        description={t(`console.wordHelp.${word}`)}
        data={known ? roles : [{ value, label: value }, ...roles]}
        placeholder={t('console.noRole')}
        searchable
        nothingFoundMessage={t('console.noRoleFound')}
        allowDeselect={false}
        value={value}
        error={errors[`role_map.${word}`]}
        disabled={disabled}
        onChange={(role) => role && onChange(word, role)}
      />
    );
  });
}
