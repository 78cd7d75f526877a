import { TagsInput, type TagsInputProps } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { TagPill } from './TagPills';
import c from './tags.module.css';
import { useTags } from './useTags';

type Props = Omit<TagsInputProps, 'data' | 'renderPill' | 'renderOption' | 'value' | 'onChange'> & {
  value: string[];
  onChange: (value: string[]) => void;
};
const LONGEST = 40;
const MOST = 30;

/** Tags of a record: known ones are offered in their colours, a new word becomes a tag. */
export function TagInput({ value, onChange, ...rest }: Props) {
  const { t } = useTranslation();
  const { tags, hue } = useTags();
  // the server writes a known tag as the company does, whatever its case
  const known = (name: string) =>
    tags.find((tag) => tag.name.toLowerCase() === name.trim().toLowerCase())?.name ?? name.trim();
  const set = (next: string[]) => {
    const found: string[] = [];
    for (const name of next.map(known))
      if (name && !found.some((f) => f.toLowerCase() === name.toLowerCase())) found.push(name);
    onChange(found);
  };
  return (
    <TagsInput
      {...rest}
      value={value}
      onChange={set}
      data={tags.map((tag) => tag.name)}
      maxTags={MOST}
      maxLength={LONGEST}
      acceptValueOnBlur
      renderPill={({ value: name, onRemove, disabled }) => (
        <span className={c.tag} data-hue={hue(String(name))} data-removable>
          <bdi>{String(name)}</bdi>
          {!disabled && (
            <button
              type="button"
              tabIndex={-1}
              aria-label={t('tags.remove', { name: String(name) })}
              onMouseDown={(e) => e.preventDefault()}
              onClick={() => onRemove?.()}
            >
              <IconX size={11} aria-hidden />
            </button>
          )}
        </span>
      )}
      renderOption={({ option }) => <TagPill name={option.value} hue={hue(option.value)} />}
    />
  );
}
