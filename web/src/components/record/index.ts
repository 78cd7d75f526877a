export { AuditTab } from './AuditTab';
export { DueDate, FollowUp } from './FollowUp';
export { useFollowUpOptions } from './followUpOptions';
export { InlinePick, InlineText } from './Inline';
export { InlineRecord } from './InlineRecord';
export { InlineTags, Tags } from './InlineTags';
export { Peek } from './Peek';
export { Fact, Facts, RecordLayout, RecordNav, RecordSkeleton } from './RecordLayout';
export { Timeline } from './timeline/Timeline';
