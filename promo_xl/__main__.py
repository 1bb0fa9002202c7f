"""`python -m promo_xl` is `promo-xl`."""

import sys

from promo_xl.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
