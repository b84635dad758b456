//! Receipts: what is printed, how it is set, which bytes go to which printer, and what the printer says.
//! It never claims that paper came out unless the printer confirmed it, and never prints a `?` for a character.

pub mod a4;
pub mod barcode;
pub mod canvas;
pub mod desk;
pub mod document;
pub mod identify;
pub mod layout;
pub mod letters;
pub mod outcome;
pub mod picture;
pub mod press;
pub mod printer;
pub mod profile;
pub mod qr;
pub mod raster;
pub mod receipt;
pub mod repertoire;
pub mod sim;
pub mod simulator;
pub mod slips;
pub mod spool;
pub mod status;
pub mod text;
pub mod transport;
pub mod wrap;

pub use barcode::Barcode;
pub use desk::{Desk, Order, Progress};
pub use document::{Align, Cell, CellWidth, Document, Rule, Size, Style};
pub use picture::{Picture, Tone};
pub use press::{Job, Press};
pub use printer::{Delivery, EscPosPrinter, Go, PrintFault, Printer, Step};
pub use profile::{Profile, ProfileError};
pub use qr::{Matrix, Payload};
pub use sim::SimPrinter;
pub use spool::{Spool, State};
pub use status::PrinterStatus;
pub use transport::{Address, Transport, TransportError, TransportFault};
