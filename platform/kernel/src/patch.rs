//! A PATCH field has three states: absent (leave it), null (clear it), a value (set it).

use serde::{Deserialize, Deserializer, Serialize};

/// One field of a partial update.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(untagged)]
pub enum Patch<T> {
    /// The caller did not mention the field.
    #[default]
    Absent,
    /// The caller wants it empty.
    Null,
    /// The caller wants this value.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the caller mentioned the field.
    pub fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// `None` if absent, `Some(None)` if null, `Some(Some(v))` if set.
    pub fn into_option(self) -> Option<Option<T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(v) => Some(Some(v)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(|o| o.map_or(Self::Null, Self::Value))
    }
}
