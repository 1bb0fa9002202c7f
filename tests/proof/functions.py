"""The worksheet functions of Excel 2016: how a file spells them and how many arguments they take."""

from openpyxl.utils import FORMULAE

MANY = 255
PREFIX = "_XLFN."
# A workbook for the VBA add-in says PROMO_X, one for Office.js _xldudf_PROMO_X.
OWN_PREFIXES = ("PROMO_", "_XLDUDF_PROMO_")
VOLATILE = frozenset({"TODAY", "NOW", "RAND", "RANDBETWEEN", "OFFSET", "INDIRECT", "CELL", "INFO"})

# Came after the file format of 2007: stored as _xlfn.NAME, else the cell shows #NAME?.
_PREFIXED = """
    ACOT ACOTH AGGREGATE ARABIC BASE BETA.DIST BETA.INV BINOM.DIST BINOM.DIST.RANGE BINOM.INV BITAND
    BITLSHIFT BITOR BITRSHIFT BITXOR CEILING.MATH CEILING.PRECISE CHISQ.DIST CHISQ.DIST.RT CHISQ.INV
    CHISQ.INV.RT CHISQ.TEST COMBINA CONFIDENCE.NORM CONFIDENCE.T COT COTH COVARIANCE.P COVARIANCE.S CSC
    CSCH DAYS DECIMAL ENCODEURL ERF.PRECISE ERFC.PRECISE EXPON.DIST F.DIST F.DIST.RT F.INV F.INV.RT
    F.TEST FILTERXML FLOOR.MATH FLOOR.PRECISE FORECAST.ETS FORECAST.ETS.CONFINT FORECAST.ETS.SEASONALITY
    FORECAST.ETS.STAT FORECAST.LINEAR FORMULATEXT GAMMA GAMMA.DIST GAMMA.INV GAMMALN.PRECISE GAUSS
    HYPGEOM.DIST IFNA IMCOSH IMCOT IMCSC IMCSCH IMSEC IMSECH IMSINH IMTAN ISFORMULA ISOWEEKNUM
    LOGNORM.DIST LOGNORM.INV MODE.MULT MODE.SNGL MUNIT NEGBINOM.DIST NORM.DIST NORM.INV NORM.S.DIST
    NORM.S.INV NUMBERVALUE PDURATION PERCENTILE.EXC PERCENTILE.INC PERCENTRANK.EXC PERCENTRANK.INC
    PERMUTATIONA PHI POISSON.DIST QUARTILE.EXC QUARTILE.INC RANK.AVG RANK.EQ RRI SEC SECH SHEET SHEETS
    SKEW.P STDEV.P STDEV.S T.DIST T.DIST.2T T.DIST.RT T.INV T.INV.2T T.TEST UNICHAR UNICODE VAR.P VAR.S
    WEBSERVICE WEIBULL.DIST XOR Z.TEST
"""
PREFIXED = frozenset(_PREFIXED.split())
PLAIN = frozenset(FORMULAE - PREFIXED)

# Newer than 2016, or of Excel 365 alone: named so that the message can say so.
_TOO_NEW = """
    ANCHORARRAY ARRAYTOTEXT BYCOL BYROW CHOOSECOLS CHOOSEROWS CONCAT DROP EXPAND FILTER GROUPBY HSTACK
    IFS IMAGE ISOMITTED LAMBDA LET MAKEARRAY MAP MAXIFS MINIFS PIVOTBY RANDARRAY REDUCE SCAN SEQUENCE
    SINGLE SORT SORTBY SWITCH TAKE TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TOCOL TOROW UNIQUE
    VALUETOTEXT VSTACK WRAPCOLS WRAPROWS XLOOKUP XMATCH
"""
TOO_NEW = frozenset(_TOO_NEW.split())

_COUNTS = """
    0: NA NOW PI RAND TODAY TRUE FALSE
    0-1: ROW COLUMN SHEET SHEETS
    1: ABS ACOS ACOSH AREAS ASC ASIN ASINH ATAN ATANH CHAR CLEAN CODE COLUMNS COS COSH COUNTBLANK DAY DEGREES
    1: ERROR.TYPE EVEN EXP FACT FORMULATEXT HOUR INT ISBLANK ISERR ISERROR ISEVEN ISFORMULA ISLOGICAL ISNA
    1: ISNONTEXT ISNUMBER ISODD ISOWEEKNUM ISREF ISTEXT LEN LENB LN LOG10 LOWER MINUTE MONTH N NOT ODD
    1: PHONETIC PROPER RADIANS ROWS SECOND SIGN SIN SINH SQRT SQRTPI T TAN TANH TRANSPOSE TRIM TYPE UNICHAR
    1: UNICODE UPPER VALUE YEAR DATEVALUE TIMEVALUE INFO
    1-2: CELL DOLLAR HYPERLINK INDIRECT IRR LEFT LEFTB LOG RIGHT RIGHTB ROMAN TRUNC WEEKDAY WEEKNUM
    1-3: FIXED NUMBERVALUE
    2: ATAN2 BITAND BITOR BITXOR CEILING COMBIN CORREL DAYS EDATE EOMONTH EXACT FLOOR FREQUENCY IFERROR IFNA
    2: LARGE MOD MROUND PERCENTILE PERCENTILE.EXC PERCENTILE.INC PERMUT POWER QUARTILE QUARTILE.INC QUOTIENT
    2: RANDBETWEEN REPT ROUND ROUNDDOWN ROUNDUP RSQ SLOPE SMALL INTERCEPT TEXT TRIMMEAN
    2-3: DAYS360 FIND FINDB IF LOOKUP MATCH NETWORKDAYS PERCENTRANK RANK RANK.AVG RANK.EQ SEARCH SEARCHB
    2-3: SUMIF AVERAGEIF WORKDAY YEARFRAC
    2-4: NETWORKDAYS.INTL WORKDAY.INTL INDEX
    2-5: ADDRESS
    2-255: CHOOSE SUBTOTAL NPV
    3: DATE DATEDIF DAVERAGE DCOUNT DGET DMAX DMIN DSUM FORECAST FORECAST.LINEAR MID MIDB STANDARDIZE TIME
    3-4: HLOOKUP VLOOKUP SUBSTITUTE
    3-5: FV NPER PMT PV OFFSET
    3-6: RATE
    3-255: AGGREGATE
    4: REPLACE REPLACEB
    1-255: AND AVERAGE AVERAGEA CONCATENATE COUNT COUNTA GCD GEOMEAN HARMEAN LCM MAX MAXA MEDIAN MIN MINA MODE
    1-255: MODE.SNGL OR PRODUCT STDEV STDEV.P STDEV.S STDEVP SUM SUMPRODUCT SUMSQ VAR VAR.P VAR.S VARP XOR
    2-254: COUNTIFS
    3-255: SUMIFS AVERAGEIFS
    2: COUNTIF
"""


def _counts() -> dict[str, tuple[int, int]]:
    found = {}
    for line in _COUNTS.strip().splitlines():
        span, _, names = line.strip().partition(":")
        least, _, most = span.partition("-")
        found.update(dict.fromkeys(names.split(), (int(least), int(most or least))))
    return found


COUNTS = _counts()
# Criteria come in pairs: COUNTIFS takes an even number of arguments, SUMIFS an odd one.
PARITY = {"COUNTIFS": 0, "SUMIFS": 1, "AVERAGEIFS": 1}


def is_own(name: str) -> bool:
    """Whether the function is one of the project's own."""
    return name.upper().startswith(OWN_PREFIXES)


def fault_of_name(name: str) -> tuple[str, str] | None:
    """The rule that a function's stored name breaks, and why; None for a name that Excel 2016 knows."""
    bare = name.removeprefix(PREFIX).removeprefix("_XLWS.")
    if bare in TOO_NEW:
        return "formula-function-unknown", f"{bare} is newer than Excel 2016"
    if name.startswith(PREFIX):
        if bare in PREFIXED:
            return None
        return "formula-function-prefix", f"{bare} is stored without _xlfn."
    if bare in PREFIXED:
        return "formula-function-prefix", f"{bare} is stored as _xlfn.{bare}"
    if bare in PLAIN or is_own(bare):
        return None
    return "formula-function-unknown", f"{bare} is no function of Excel 2016"


def fault_of_count(name: str, arguments: int) -> str | None:
    """Why a function does not take so many arguments; None where it does, or where nobody noted it."""
    bare = name.removeprefix(PREFIX)
    least, most = COUNTS.get(bare, (0, MANY))
    if not least <= arguments <= most:
        return f"{bare} takes {least}{f' to {most}' if most != least else ''} arguments, not {arguments}"
    if bare in PARITY and arguments % 2 != PARITY[bare]:
        return f"{bare} takes its criteria in pairs, not {arguments} arguments"
    return None
