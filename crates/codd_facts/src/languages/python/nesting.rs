//! Syntax that may stand in itself, for the test of deep nesting.

use crate::nesting_tests::Nesting;

pub(super) const NESTING: &[Nesting] = &[
    Nesting {
        frames: &[
            "import requests, os\nfrom django.urls import path, include\nrequests.get(…)\n",
            "import requests, os\nfrom django.urls import path, include\nopen(…)\n",
            "import requests, os\nfrom django.urls import path, include\nos.getenv(…)\n",
            "import requests, os\nfrom django.urls import path, include\ncursor.execute(…)\n",
            "import requests, os\nfrom django.urls import path, include\n@app.route(…)\ndef f(): pass\n",
            "import requests, os\nfrom django.urls import path, include\ngetattr(a, …)\n",
            "import requests, os\nfrom django.urls import path, include\npath(…, v)\n",
            "import requests, os\nfrom django.urls import path, include\ninclude(…)\n",
            "import requests, os\nfrom django.urls import path, include\nx = …\n",
            "import requests, os\nfrom django.urls import path, include\n__all__ = …\n",
            "import requests, os\nfrom django.urls import path, include\nclass A(…): pass\n",
            "import requests, os\nfrom django.urls import path, include\ndef f(x: …): pass\n",
            "import requests, os\nfrom django.urls import path, include\nif isinstance(a, …): a.x()\n",
            "import requests, os\nfrom django.urls import path, include\nfor … in b: pass\n",
            "import requests, os\nfrom django.urls import path, include\nmatch a:\n  case …: pass\n",
            "import requests, os\nfrom django.urls import path, include\ndel …\n",
        ],
        nests: &[
            "(…)",
            "\"a\"+…",
            "[…]",
            "f(…)",
            "a.…",
            "not …",
            "(a, …)",
            "{\"a\": …}",
            "a if b else …",
            "lambda: …",
            "*…",
        ],
    },
    Nesting { frames: &["x: …\n"], nests: &["a[…]", "a | …", "Optional[…]", "'…'"] },
    Nesting { frames: &["…\n"], nests: &["a = …", "a; …", "@a.b(…)"] },
];
