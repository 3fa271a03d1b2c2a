"""The public static site as one product: the front page of questions, navigation, search, and what joins all pages."""
