export { TagInput } from './TagInput';
export { TagPill, TagPills } from './TagPills';
export { tagsQuery, useTagOptions, useTags } from './useTags';
