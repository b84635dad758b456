//! content/ files to checked records (office side).
