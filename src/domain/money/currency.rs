//! The currencies that a catalog can have prices in.

use crate::domain::word::words;

words! {
    /// The currencies that a catalog can have prices in. The base currency is [`Currency::Usd`].
    pub enum Currency {
        /// Argentine peso.
        Ars = "ars",
        /// Boliviano.
        Bob = "bob",
        /// Brazilian real.
        Brl = "brl",
        /// Canadian dollar.
        Cad = "cad",
        /// Chilean peso.
        Clp = "clp",
        /// Chinese yuan.
        Cny = "cny",
        /// Colombian peso.
        Cop = "cop",
        /// Euro.
        Eur = "eur",
        /// Pound sterling.
        Gbp = "gbp",
        /// Hong Kong dollar.
        Hkd = "hkd",
        /// Indian rupee.
        Inr = "inr",
        /// Japanese yen.
        Jpy = "jpy",
        /// South Korean won.
        Krw = "krw",
        /// Mexican peso.
        Mxn = "mxn",
        /// Peruvian sol.
        Pen = "pen",
        /// Paraguayan guarani.
        Pyg = "pyg",
        /// Singapore dollar.
        Sgd = "sgd",
        /// Thai baht.
        Thb = "thb",
        /// New Taiwan dollar.
        Twd = "twd",
        /// United States dollar, the base currency.
        Usd = "usd",
        /// Uruguayan peso.
        Uyu = "uyu",
    }
}

impl Currency {
    /// Parses a currency code in either case.
    pub fn parse(code: &str) -> Option<Self> {
        Self::from_word(&code.to_ascii_lowercase())
    }

    /// Digits after the decimal point (ISO 4217): 4900 is 49.00 with two digits and 4900 with none.
    ///
    /// ```
    /// use pricebook::domain::money::Currency;
    ///
    /// assert_eq!(Currency::Usd.minor_digits(), 2);
    /// assert_eq!(Currency::Jpy.minor_digits(), 0);
    /// ```
    pub const fn minor_digits(self) -> u32 {
        match self {
            Self::Clp | Self::Jpy | Self::Krw | Self::Pyg => 0,
            Self::Ars | Self::Bob | Self::Brl | Self::Cad | Self::Cny | Self::Cop | Self::Eur => 2,
            Self::Gbp | Self::Hkd | Self::Inr | Self::Mxn | Self::Pen | Self::Sgd | Self::Thb => 2,
            Self::Twd | Self::Usd | Self::Uyu => 2,
        }
    }

    /// The English name (ISO 4217).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ars => "Argentine peso",
            Self::Bob => "Boliviano",
            Self::Brl => "Brazilian real",
            Self::Cad => "Canadian dollar",
            Self::Clp => "Chilean peso",
            Self::Cny => "Chinese yuan",
            Self::Cop => "Colombian peso",
            Self::Eur => "Euro",
            Self::Gbp => "Pound sterling",
            Self::Hkd => "Hong Kong dollar",
            Self::Inr => "Indian rupee",
            Self::Jpy => "Japanese yen",
            Self::Krw => "South Korean won",
            Self::Mxn => "Mexican peso",
            Self::Pen => "Peruvian sol",
            Self::Pyg => "Paraguayan guarani",
            Self::Sgd => "Singapore dollar",
            Self::Thb => "Thai baht",
            Self::Twd => "New Taiwan dollar",
            Self::Usd => "United States dollar",
            Self::Uyu => "Uruguayan peso",
        }
    }
}
