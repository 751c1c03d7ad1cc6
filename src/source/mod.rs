//! Files to statements: reading, splitting, what each declares, and the order to load them in.
