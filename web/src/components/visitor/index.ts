export { PersonFields, PhoneField } from './PersonFields';
export { type FieldErrors, useVisitorForm } from './useVisitorForm';
export { VisitorCard } from './VisitorCard';
