"""Chart builders: shown figures in, Plotly figures out. One visual language, one module per form."""
